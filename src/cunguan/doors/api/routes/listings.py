"""Listings (标的): loans from registration to the last repayment, with plan, claims and sales of claims.

Returns a listing with what was raised, lent and repaid; its plan row by row; who holds which claim
"""

from msgspec import UNSET, UnsetType

from cunguan.doors.api.cursors import cursor, place
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.lists import Id, Items, Paged, Word, finder, found, lister
from cunguan.store import reading, shown
from cunguan.store.shown import ClaimState, ListingState, RunState, SaleState, TrusteePayeeState


class ListingsQuery(Paged, frozen=True):
    """Filters of the listings."""

    state: ListingState | UnsetType = UNSET
    borrower: Id | UnsetType = UNSET
    pool: Id | UnsetType = UNSET


class ClaimsOfQuery(Paged, frozen=True):
    """Filters of the claims of one listing."""

    holder: Id | UnsetType = UNSET
    state: ClaimState | UnsetType = UNSET


class ClaimsQuery(ClaimsOfQuery, frozen=True):
    """Filters of claims."""

    listing: Id | UnsetType = UNSET


class SalesQuery(Paged, frozen=True):
    """Filters of sales."""

    listing: Id | UnsetType = UNSET
    claim: Id | UnsetType = UNSET
    seller: Id | UnsetType = UNSET
    state: SaleState | UnsetType = UNSET


class GuaranteesQuery(Paged, frozen=True):
    """Filters of guarantees."""

    listing: Id | UnsetType = UNSET
    guarantor: Id | UnsetType = UNSET


class TrusteePayeesQuery(Paged, frozen=True):
    """Filters of third payees."""

    listing: Id | UnsetType = UNSET
    trustee: Id | UnsetType = UNSET
    state: TrusteePayeeState | UnsetType = UNSET


class RunsQuery(Paged, frozen=True):
    """Filters of runs."""

    listing: Id | UnsetType = UNSET
    kind: Word | UnsetType = UNSET
    state: RunState | UnsetType = UNSET


async def plan(call: Call) -> Items[shown.PlanRow]:
    """Return the plan of a listing, row by row."""
    listing, after = await found(call, shown.Listing, "listing"), place(call, int) or 0
    page = await reading.plan(call.context.pool, call.caller.lane, listing.id, after, call.query.limit)
    return Items(page.items, cursor(call, page.next))


async def claims(call: Call) -> Items[shown.Claim]:
    """Return the claims of a listing; 404 where there is no such listing."""
    await found(call, shown.Listing, "listing")
    return await _claims_of(call)


_claims_of = lister(shown.Claim, of="listing")

ENDPOINTS = (
    Endpoint("GET", "/v1/listings", "List the listings (标的)", "read", lister(shown.Listing),
             answer=Items[shown.Listing], query=ListingsQuery, tag="listings"),
    Endpoint("GET", "/v1/listings/{id}/plan", "The repayment plan of a listing (还款计划)", "read",
             plan, answer=Items[shown.PlanRow], query=Paged, tag="listings"),
    Endpoint("GET", "/v1/listings/{id}/claims", "The claims of a listing (债权)", "read",
             claims, answer=Items[shown.Claim], query=ClaimsOfQuery, tag="listings"),
    Endpoint("GET", "/v1/listings/{id}", "Get one listing, with what was raised, lent and repaid", "read",
             finder(shown.Listing, "listing"), answer=shown.Listing, tag="listings"),
    Endpoint("GET", "/v1/claims", "List claims (债权)", "read", lister(shown.Claim), answer=Items[shown.Claim],
             query=ClaimsQuery, tag="listings"),
    Endpoint("GET", "/v1/claims/{id}", "Get one claim", "read", finder(shown.Claim, "claim"), answer=shown.Claim,
             tag="listings"),
    Endpoint("GET", "/v1/sales", "List claims on sale (债权转让)", "read", lister(shown.Sale), answer=Items[shown.Sale],
             query=SalesQuery, tag="listings"),
    Endpoint("GET", "/v1/sales/{id}", "Get one sale of a claim", "read", finder(shown.Sale, "sale"), answer=shown.Sale,
             tag="listings"),
    Endpoint("GET", "/v1/guarantees", "List guarantees (担保)", "read", lister(shown.Guarantee),
             answer=Items[shown.Guarantee], query=GuaranteesQuery, tag="listings"),
    Endpoint("GET", "/v1/trustee-payees", "List third payees of loans (受托支付)", "read", lister(shown.TrusteePayee),
             answer=Items[shown.TrusteePayee], query=TrusteePayeesQuery, tag="listings"),
    Endpoint("GET", "/v1/runs", "List large instructions that go step by step", "read", lister(shown.Run),
             answer=Items[shown.Run], query=RunsQuery, tag="listings"),
    Endpoint("GET", "/v1/runs/{id}", "Get one run", "read", finder(shown.Run, "run"), answer=shown.Run, tag="listings"),
)  # fmt: skip
