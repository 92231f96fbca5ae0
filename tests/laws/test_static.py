"""R21 and R23: what must not stand in the source, by rules of our own, each with a fixture that it refuses.

Beside ruff's security rules (`S` in pyproject.toml): those look for known bad calls, these for what is
promised here. Nothing here asks a network; advisories (R22) need one and are not claimed.
"""

import ast
import math
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "fingerpost"
FILES = sorted(SOURCE.rglob("*.py"))

# Who may: a folder or file below src/fingerpost, or none.
CALLS_OUT = {
    "access/provider.py": "asks the identity provider that the operator configured",
    "guard/paging.py": "pages the desk at the address that the operator configured",
    "notices/deliver.py": "tells an authority's webhook how many items wait",
}
SECRETS_OF_OURS = {
    "vault": "sealing, signing, releasing",
    "ledger/note.py": "verifies Ed25519",
    "access/provider.py": "verifies what an identity provider signed",
    "decommission/people.py": "signs and verifies evidence, outside the service's own keys",
    "decommission/scanners/listed.py": "tokens under a scan list's own key",
    "web/demo_identity/__init__.py": "a made-up identity provider, refused in production",
}
CHANCE = {
    "synthetic": "a made-up country", "decommission/legacy": "a made-up legacy",
    "training": "a draw of pairs", "evaluation": "a sample", "matching/fit.py": "a draw of pairs",
}  # fmt: skip

Found = Iterator[str]
Rule = Callable[[ast.AST], Found]


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (f"{node.module}.{name.name}" for name in node.names)


def imported(*modules: str) -> Rule:
    """Refuse to import any of these, or what is in them."""

    def rule(node: ast.AST) -> Found:
        for name in _imports(node):
            yield from (f"imports {m}" for m in modules if name == m or name.startswith(m + "."))

    return rule


def called(*names: str) -> Rule:
    """Refuse calls by these names, written as they are called."""

    def rule(node: ast.AST) -> Found:
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in names:
            yield f"calls {name}"

    return rule


def through_a_shell(node: ast.AST) -> Found:
    """Refuse a command line that a shell reads."""
    if isinstance(node, ast.Call):
        shell = [k for k in node.keywords if k.arg == "shell" and ast.unparse(k.value) != "False"]
        yield from ("uses a shell" for _ in shell)


def patched_statement(node: ast.AST) -> Found:
    """Refuse SQL put together from parts that are not written there."""
    runs = {"run", "rows", "row", "column", "value", "tuples", "execute", "run_many"}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in runs:
        for argument in node.args:
            patched = isinstance(argument, ast.JoinedStr | ast.BinOp) or (
                isinstance(argument, ast.Call)
                and isinstance(argument.func, ast.Attribute)
                and argument.func.attr == "format"
                and isinstance(argument.func.value, ast.Constant)
            )
            if patched:
                yield "puts a statement together"


SECRET = re.compile(r"(\b|_)(token|proof|secret|commitment|mac|signature|nonce|password|cookie)$")


def compared_in_haste(node: ast.AST) -> Found:
    """Refuse `==` on a secret: it stops at the first byte that differs, `hmac.compare_digest` does not."""
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
        sides = [ast.unparse(side) for side in (node.left, node.comparators[0])]
        if not {"''", "b''", "None"} & set(sides) and any(SECRET.search(side) for side in sides):
            yield "compares a secret with =="


NEVER: dict[str, tuple[Rule, str]] = {
    "evaluates": (called("eval", "exec", "compile", "__import__"), "eval('1')"),
    "unpickles": (imported("pickle", "marshal", "shelve", "dill", "yaml"), "import pickle"),
    "reads XML": (imported("xml", "lxml", "defusedxml"), "from xml.etree import ElementTree"),
    "mails": (imported("smtplib", "imaplib", "ftplib", "telnetlib"), "import smtplib"),
    "runs a shell": (called("os.system", "os.popen"), "os.system('id')"),
    "asks a shell": (through_a_shell, "subprocess.run('id', shell=True)"),
    "patches SQL": (patched_statement, "session.run(f'SELECT {x}')"),
    "weak hashes": (called("hashlib.md5", "hashlib.sha1", "hashlib.new"), "hashlib.md5(b'')"),
    "makes temporary names": (called("tempfile.mktemp"), "tempfile.mktemp()"),
    "compares secrets in haste": (compared_in_haste, "row.token == token"),
    "skips certificates": (called("ssl._create_unverified_context"), "ssl._create_unverified_context()"),
}  # fmt: skip


def judged(tree: ast.AST) -> list[ast.AST]:
    """Return what any rule looks at: a tenth of a tree."""
    kinds = ast.Import | ast.ImportFrom | ast.Call | ast.Compare
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


@cache
def _judged(path: Path) -> list[ast.AST]:
    return judged(ast.parse(path.read_text("utf-8")))


def broken(nodes: list[ast.AST], rule: Rule) -> list[str]:
    """Return what a rule finds, with the line."""
    return [f"{what}, line {getattr(n, 'lineno', 0)}" for n in nodes for what in rule(n)]


def _all(rule: Rule, allowed: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in FILES:
        place = path.relative_to(SOURCE).as_posix()
        allows = any(place == a or place.startswith(a + "/") for a in allowed)
        if not allows and (wrong := broken(_judged(path), rule)):
            found[place] = wrong
    return found


MAILS = {"notices/deliver.py": "tells a team's inbox how many items wait; reads no mail"}
CONSTANT_PARTS = {"db/embedded.py": "names the one database by a constant; nobody's words are in it"}


@pytest.mark.parametrize("name", NEVER)
def test_the_source_is_clean(name: str) -> None:
    assert len(FILES) > 100
    numbers = {"evaluation/index.py": "tokens of an index in memory, made without a key"}
    allowed = {"patches SQL": CONSTANT_PARTS, "mails": MAILS, "compares secrets in haste": numbers}
    assert _all(NEVER[name][0], allowed.get(name, {})) == {}


@pytest.mark.parametrize("name", NEVER)
def test_each_rule_refuses_its_fixture(name: str) -> None:
    rule, fixture = NEVER[name]
    assert broken(judged(ast.parse(fixture)), rule)


OUT = imported("requests", "httpx", "aiohttp", "urllib.request", "urllib3", "http.client", "socketserver")


def test_nothing_calls_out() -> None:
    assert _all(OUT, CALLS_OUT) == {}
    assert broken(judged(ast.parse("from urllib.request import urlopen")), OUT)


def test_cryptography_stands_in_listed_files() -> None:
    rule = imported("cryptography", "joserfc", "Crypto", "nacl")
    assert _all(rule, SECRETS_OF_OURS) == {}
    assert broken(judged(ast.parse("from cryptography.fernet import Fernet")), rule)


def test_chance_is_no_secret() -> None:
    rule = imported("random")
    assert _all(rule, CHANCE) == {}
    assert broken(judged(ast.parse("from random import Random")), rule)


# Secrets that strayed into a file (R23).

SECRETS = {
    "private key": re.compile(rb"-----BEGIN (?:\w+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"),
    "bearer token of ours": re.compile(rb"\bfp_[A-Za-z0-9_-]{43}\b"),
    "keyring": re.compile(rb'"ledger/signing"\s*:\s*"[A-Za-z0-9+/]{43}="'),
    "cloud key": re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "forge token": re.compile(rb"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "chat token": re.compile(rb"\bxox[abp]-[0-9A-Za-z-]{20,}"),
    "password in an address": re.compile(rb"postgres(?:ql)?://\w+:(?!{)[^\s@/'\"{}<>]{12,}@"),
}
_NAMED = re.compile(rb"(?i)(?:password|secret|token|api_?key)\w*\s*[:=]\s*[\"']([A-Za-z0-9+/_=-]{20,})[\"']")
RANDOM_ENOUGH = 4.0  # bits a character: words are below, random base64 of 32 bytes above


def _entropy(text: bytes) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def strayed(content: bytes) -> list[str]:
    """Return the kinds of secret that a file holds."""
    found = [kind for kind, pattern in SECRETS.items() if pattern.search(content)]
    named = [value for value in _NAMED.findall(content) if _entropy(value) > RANDOM_ENOUGH]
    return found + ["something random by a secret's name"] * bool(named)


def test_no_secret_strayed_into_a_file() -> None:
    git = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    files = [ROOT / name.decode() for name in git.stdout.split(b"\0") if name]
    if not files:
        pytest.skip("no repository here to look at")
    found = {p.name: kinds for p in files if p.is_file() and (kinds := strayed(p.read_bytes()))}
    assert found == {}


PLANTED = (
    b"-----BEGIN " + b"PRIVATE KEY-----\n" + b"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVp",
    b"fp_" + b"q9Zx" * 10 + b"abc",
    b'{"ledger/signing": "' + b"Ab3/" * 10 + b'abc="}',
    b"AKIA" + b"ABCD1234" * 2,
    b"ghp_" + b"a1B2" * 9,
    b"xoxb-" + b"123456789012-abcdefgh",
    b"postgresql://owner:" + b"hunter2hunter2@db/x",
    b"password = '" + b"kJ8Zx9vQ2mWt" + b"7Lp0RsYbNcDf'",
)  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
def test_a_planted_secret_is_found(planted: bytes) -> None:
    assert strayed(b"# some file\n" + planted + b"\n")


BY_SCRIPT = (
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "postMessage",
    "'message'", "localStorage", "sessionStorage", "indexedDB", "document.cookie", "fetch(", "XMLHttpRequest",
    "WebSocket", "window[", "var ",
)  # fmt: skip


def _by_script(text: str) -> set[str]:
    return {word for word in BY_SCRIPT if word in text}


def test_our_scripts_make_no_markup_keep_nothing_and_talk_to_nobody() -> None:
    """ASVS 3.2.2, 3.2.3, 3.5.5, 14.3.3. What GOV.UK Frontend adds is its own, and is served as it came."""
    found = {path.name: _by_script(path.read_text("utf-8")) for path in (ROOT / "pages").glob("*.js")}
    assert found
    assert not any(found.values())
    assert _by_script("box.innerHTML = localStorage.name; fetch('/x')") == {  # the control
        "innerHTML", "localStorage", "fetch(",
    }  # fmt: skip
