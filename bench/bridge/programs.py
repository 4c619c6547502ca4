"""What the measure needs and the repository does not bring: built or installed once, into var/.

What cannot be had is told by its reason, so that it can be named beside the figures.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.stage import FOLDER

SOURCES = Path(__file__).parent
PEERS = SOURCES / "peers"
_PIPECAT = ("pipecat-ai[google,websocket]==1.14.0", "uvicorn[standard]", "fastapi")
_WEBSOCKETS = ("websockets==17.4", "soxr", "numpy", "uvloop")
_WS = "ws@8.23.0"
_NO_OPENSSL = "no TLS to the model: OpenSSL's headers or its command are not there (libssl-dev)"


class NotToBeHad(RuntimeError):  # noqa: N818  in the words of the trade
    """Something could not be built or installed; says why."""


@dataclass(frozen=True, slots=True)
class Programs:
    """What is there."""

    loadgen: Path
    fakemodel: Path
    relay: Path
    certificate: Path | None
    """For TLS to the model, with its key beside it; None if there is no OpenSSL."""
    pythons: dict[str, Path] = field(default_factory=dict)
    """The interpreter of each peer in Python that is there."""
    node_folder: Path | None = None
    missing: tuple[str, ...] = ()
    """What could not be had, each with its reason."""


def prepared() -> Programs:
    """Build and install everything.

    Raises:
        NotToBeHad: There is no C compiler, so nothing can be measured.
    """
    folder = FOLDER.absolute() / "bridge-programs"
    folder.mkdir(parents=True, exist_ok=True)
    missing: list[str] = []
    tls = _certificate(folder, missing)
    fakemodel = _fakemodel(folder, with_tls=tls is not None)
    if tls is not None and fakemodel is None:
        missing.append(_NO_OPENSSL)
        tls, fakemodel = None, _fakemodel(folder, with_tls=False)
    if fakemodel is None:
        raise NotToBeHad("fakemodel.c does not compile")
    return Programs(
        loadgen=built("loadgen.c", folder / "loadgen"),
        fakemodel=fakemodel,
        relay=built("relay.c", folder / "relay"),
        certificate=tls,
        pythons=_pythons(folder, missing),
        node_folder=_node(folder, missing),
        missing=tuple(missing),
    )


def built(source: str, program: Path, *options: str) -> Path:
    """Compile one of the sources, if it or a header is newer than the program.

    Args:
        source: Its name, or its path from this folder.
        program: Where it goes.
        options: For the compiler, behind the source.

    Raises:
        NotToBeHad: There is no compiler, or the source does not compile.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotToBeHad("there is no C compiler (cc)")
    newest = max(path.stat().st_mtime for path in [SOURCES / source, *SOURCES.glob("*.h")])
    if program.is_file() and program.stat().st_mtime > newest:
        return program
    program.parent.mkdir(parents=True, exist_ok=True)
    best = ("-O3", "-march=native", "-ffast-math")
    _run([compiler, *best, "-o", str(program), str(SOURCES / source), *options, "-lm"])
    return program


def _fakemodel(folder: Path, *, with_tls: bool) -> Path | None:
    options = ("-DWITH_TLS", "-lssl", "-lcrypto") if with_tls else ()
    try:
        return built("fakemodel.c", folder / f"fakemodel{'-tls' * with_tls}", *options)
    except NotToBeHad:
        if shutil.which("cc") is None:
            raise
        return None


def _certificate(folder: Path, missing: list[str]) -> Path | None:
    """Make a certificate for localhost that signs itself; its key lies beside it."""
    certificate = folder / "localhost.pem"
    if certificate.is_file():
        return certificate
    if shutil.which("openssl") is None:
        missing.append(_NO_OPENSSL)
        return None
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    key = certificate.with_suffix(".key")
    _run([*words.split(), *names, "-keyout", str(key), "-out", str(certificate)])
    return certificate


def _pythons(folder: Path, missing: list[str]) -> dict[str, Path]:
    found = {}
    for name, packages in (("pipecat", _PIPECAT), ("websockets", _WEBSOCKETS)):
        try:
            found[name] = _environment(folder / name, packages)
        except NotToBeHad as why:
            missing.append(f"{name}: {why}")
    return found


def _environment(folder: Path, packages: Sequence[str]) -> Path:
    python, done = folder / "bin" / "python", folder / "installed"
    if done.is_file() and done.read_text(encoding="utf-8") == "\n".join(packages):
        return python
    uv = shutil.which("uv") or ".tools/bin/uv"
    if not Path(uv).is_file():
        raise NotToBeHad("uv is not there (make setup-dev brings it)")
    shutil.rmtree(folder, ignore_errors=True)
    print(f"setting up: {packages[0]}, into {folder}", file=sys.stderr)
    _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
    _run([uv, "pip", "install", "--quiet", "-p", str(folder), *packages])
    done.write_text("\n".join(packages), encoding="utf-8")
    return python


def _node(folder: Path, missing: list[str]) -> Path | None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing.append("node: node or npm is not there")
        return None
    home = folder / "node"
    home.mkdir(exist_ok=True)
    shutil.copy(PEERS / "node.mjs", home)  # it looks for its packages from where it lies
    if (home / "node_modules" / "ws").is_dir():
        return home
    try:
        _run(["npm", "install", "--silent", "--no-fund", "--no-audit", _WS], home)
    except NotToBeHad as why:
        missing.append(f"node: {why}")
        return None
    return home


def _run(command: Sequence[str], folder: Path | None = None) -> None:
    ended = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines()[-1:] or ["no word"]
        raise NotToBeHad(f"{Path(command[0]).name} failed: {said[0][:200]}")
