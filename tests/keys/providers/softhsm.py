"""A token of SoftHSM in a temporary folder, one a test process; where SoftHSM is absent a test says so and skips.

The module reads where its folder is once a process, so all tests of a process share the token; each finds it empty.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
TOKEN, PIN = "cunguan-test", "98765432"


def found() -> str:
    """Return the module, or skip; fail where SoftHSM is promised."""
    module = next((path for path in MODULES if Path(path).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        assert not os.environ.get("CUNGUAN_REQUIRE_SOFTHSM"), "no SoftHSM: install softhsm2"
        pytest.skip("softhsm2 is not installed")
    return module


@pytest.fixture(scope="session")
def token_folder() -> Iterator[Path]:
    """Return a folder with one token and the file of its PIN."""
    found()
    folder = Path(tempfile.mkdtemp(prefix="cunguan-softhsm-"))
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    pin = folder / "pin"
    pin.write_text(PIN + "\n")
    pin.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(conf))
        made = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", PIN]
        subprocess.run(made, check=True, capture_output=True)
        yield folder
    shutil.rmtree(folder)


@pytest.fixture
def token(token_folder: Path) -> str:
    """Return CUNGUAN_KEYS of the token, which holds no key."""
    from cunguan.keys.providers.pkcs11 import module_keys

    where = f"token={TOKEN}?module-path={found()}&pin-source={token_folder / 'pin'}"
    for one in list(module_keys(where)._opened().get_objects()):
        one.destroy()
    return f"pkcs11:{where}"
