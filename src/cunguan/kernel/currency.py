"""Currencies (币种): how many decimals each currency has.

Units   EXPONENT: decimals of the minor unit; CNY 2 (分), JPY 0, BHD 3, UYW 4
Source  ISO 4217 list one, active alphabetic codes. Codes without a minor unit (XAU, XDR, XTS, XXX …) are left out:
        nobody can hold a whole number of their minor units.
"""

from typing import Final

_CODES_OF_EXPONENT: Final = {
    0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """,
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
        YER ZAR ZMW ZWG
    """,
    3: """
        BHD IQD JOD KWD LYD OMR TND
    """,
    4: """
        CLF UYW
    """,
}

EXPONENT: Final[dict[str, int]] = {
    code: exponent for exponent, codes in _CODES_OF_EXPONENT.items() for code in codes.split()
}


class UnknownCurrency(ValueError):
    """The code is no active ISO 4217 code with a minor unit: whoever named it must correct it."""


def exponent_of(currency: str) -> int:
    """Return the decimals of a currency.

    >>> exponent_of("CNY"), exponent_of("JPY"), exponent_of("BHD")
    (2, 0, 3)
    >>> exponent_of("cny")
    Traceback (most recent call last):
    ...
    cunguan.kernel.currency.UnknownCurrency: 'cny' is no active ISO 4217 currency; write three capitals, as CNY
    """
    try:
        return EXPONENT[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency!r} is no active ISO 4217 currency; write three capitals, as CNY") from None
