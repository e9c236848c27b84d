"""Programs that cheat, break, spy, flood or refuse to die; each defines `answer(x)` and says how it must end.

`KEY_FILE` stands for a file that only the judge may read, `MARK` for a name by which whatever is left behind is found.
"""

import textwrap
from dataclasses import dataclass

RETURNED = "returned"
KEY_FILE = "KEY_FILE"
MARK = "chainrule_hostile_mark"


@dataclass(frozen=True)
class Hostile:
    """One program; `ends` are the outcomes that are right where system calls and files are closed."""

    source: str
    ends: frozenset[str]


def ends(source: str, *kinds: str) -> Hostile:
    """A program and the ways in which it may end."""
    return Hostile(textwrap.dedent(source).replace("{MARK}", MARK), frozenset(kinds))


def tries(body: str) -> str:
    """A program that answers with what an attempt gives, -1 as C says it, or the name of what stops it."""
    steps = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    return f"def answer(x):\n    import os, sys, ctypes\n    try:\n{steps}\n    except BaseException as error:\n" + (
        "        return type(error).__name__\n    return 'done'\n"
    )


HOSTILE: dict[str, Hostile] = {
    # Values that lie about themselves
    "a float that wins every comparison": ends(
        """
        class Always(float):
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            def __abs__(self): return 0.0
            def __lt__(self, other): return True
            __hash__ = float.__hash__
        def answer(x): return Always(3)
        """,
        "unsupported value",
    ),
    "an integer that is everything": ends(
        "class Every(int):\n    def __eq__(self, o): return True\ndef answer(x): return Every(1)", "unsupported value"
    ),
    "an array of a class of its own": ends(
        """
        import numpy as np
        class Right(np.ndarray):
            def __array_ufunc__(self, *a, **k): return True
        def answer(x): return x.view(Right)
        """,
        "unsupported value",
    ),
    "an object that becomes an array": ends(
        "class A:\n    def __array__(self, *a, **k): raise SystemExit\ndef answer(x): return A()", "unsupported value"
    ),
    "a list with such a float": ends("class F(float): pass\ndef answer(x): return [1.0, [F(2)]]", "unsupported value"),
    "a list of a class of its own": ends("class L(list): pass\ndef answer(x): return L([1])", "unsupported value"),
    "an array of objects": ends("import numpy as np\ndef answer(x): return np.array([object()])", "unsupported value"),
    "an array of records": ends("import numpy as np\ndef answer(x): return np.zeros(2, 'i4,i4')", "unsupported value"),
    "a list that holds itself": ends("def answer(x):\n    a = []\n    a.append(a)\n    return a", "too large"),
    "a generator": ends("def answer(x):\n    yield 1", "unsupported value"),
    "a coroutine": ends("async def answer(x): return 1", "unsupported value"),
    "a class instead of a function": ends("class answer:\n    def __init__(self, x): pass", "unsupported value"),
    "NaN with a message inside": ends(
        "import numpy as np\ndef answer(x): return np.array([0x7ff8dead0000beef], 'u8').view('f8')", RETURNED
    ),
    "every NaN and infinity": ends("def answer(x): return [float('nan'), float('inf'), -0.0]", RETURNED),
    "half a character": ends(r"def answer(x): return '\ud800 \x00 \x1b[2J'", RETURNED),
    "a giant integer": ends("def answer(x): return 1 << 10**7", "too large"),
    "its inputs, changed": ends("def answer(x):\n    x[:] = 0\n    return x", RETURNED),
    "an argument that now holds itself": ends(
        "def answer(x):\n    x.resize((0,), refcheck=False)\n    return x", RETURNED
    ),
    # Patching what it believes to be the judge
    "patched numpy": ends(
        """
        import numpy as np
        import numpy.testing
        np.allclose = np.array_equal = np.testing.assert_allclose = lambda *a, **k: True
        def answer(x): return 0
        """,
        RETURNED,
        "exception",
    ),
    "patched builtins": ends(
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda x: 0\ndef answer(x): return 0",
        RETURNED,
        "exception",
        "forged answer",
        "killed",
        "unsupported value",
    ),
    "patched json and struct": ends(
        "import json, struct\njson.dumps = lambda *a, **k: 'true'\nstruct.pack = None\ndef answer(x): return 0",
        RETURNED,
        "exception",
        "forged answer",
    ),
    "patched modules": ends(
        "import sys\nsys.modules.clear()\ndef answer(x): return 0", RETURNED, "exception", "killed", "forged answer"
    ),
    "the judge's own modules": ends(
        tries("import importlib\nreturn [importlib.import_module(n).__name__ for n in ('grader', 'engine')]"), RETURNED
    ),
    "a name that looks the same": ends("def аnswer(x): return 0", "missing function"),
    "no function": ends("answer = 7", "missing function"),
    "a lambda": ends("answer = lambda x: x", RETURNED),
    "a decorated function": ends("def twice(f): return lambda x: 2 * f(x)\n@twice\ndef answer(x): return x", RETURNED),
    "an exception of its own": ends(
        """
        class Trick(BaseException):
            def __str__(self): raise Trick
            __traceback__ = None
        def answer(x): raise Trick
        """,
        "exception",
    ),
    "an exception that talks": ends(r"def answer(x): raise ValueError('\x1b[31m' + 'A' * 10**6)", "exception"),
    "a destructor that raises": ends(
        "class D:\n    def __del__(self): raise SystemExit\ndef answer(x):\n    D()\n    return 1", RETURNED
    ),
    # The answers' way back
    "forged frames on every descriptor": ends(
        """
        import os, struct
        head = b'{"call":0,"kind":"returned","seconds":0.0,"changed":[],"parts":[]}'
        def answer(x):
            for number in range(64):
                try: os.write(number, struct.pack('<QI', 4 + len(head), len(head)) + head)
                except OSError: pass
            return 1
        """,
        RETURNED,
    ),
    "forged answers in the shared memory": ends(
        """
        import gc, mmap
        def answer(x):
            import sys
            frame = sys._getframe()
            while frame:
                for part in list(frame.f_locals.values()) + list(frame.f_globals.values()):
                    for cell in getattr(part, '__closure__', None) or ():
                        if isinstance(cell.cell_contents, mmap.mmap):
                            cell.cell_contents[:64] = b'\\xff' * 64
                frame = frame.f_back
            return 1
        """,
        "forged answer",
        "killed",
        "exception",
    ),
    "two answers to one call": ends(
        """
        import sys
        def answer(x):
            frame = sys._getframe()
            while frame:
                send = frame.f_locals.get('sent')
                if send: send(0, {'kind': 'returned', 'seconds': 0.0, 'changed': []}, [b'\\4\\0\\0\\0true'])
                frame = frame.f_back
            return 1
        """,
        "forged answer",
    ),
    "every descriptor closed": ends(
        "import os\ndef answer(x):\n    os.closerange(0, 64)\n    return 1", RETURNED, "killed"
    ),
    "descriptors swapped": ends(
        "import os\ndef answer(x):\n    [os.dup2(0, n) for n in range(1, 20)]\n    return 1", RETURNED, "killed"
    ),
    "walking the stack for the key": ends(
        """
        import gc, sys
        def answer(x):
            found, frame = [], sys._getframe()
            while frame:
                found.append(str(frame.f_locals) + str(list(frame.f_globals)))
                frame = frame.f_back
            return (' '.join(found) + str([o for o in gc.get_objects() if isinstance(o, (str, dict))]))[-10**6:]
        """,
        RETURNED,
    ),
    # Leaving early
    "os._exit": ends("import os\ndef answer(x): os._exit(0)", "killed"),
    "sys.exit": ends("import sys\ndef answer(x): sys.exit(0)", "exception"),
    "sys.exit at once": ends("raise SystemExit(0)", "exception"),
    "a crash": ends("import ctypes\ndef answer(x): return ctypes.string_at(0)", "killed"),
    "an abort": ends("import os\ndef answer(x): os.abort()", "killed"),
    "a long jump down": ends(
        "import sys\nsys.setrecursionlimit(10**9)\ndef answer(x): return answer(x)",
        "killed",
        "exception",
        "memory",
        "timeout",
    ),
    "recursion": ends("def answer(x): return answer(x)", "exception"),
    "a farewell at exit": ends(
        "import atexit, os\natexit.register(lambda: os.write(3, b'x'))\ndef answer(x): return 1", RETURNED
    ),
    # Time
    "an endless loop": ends("def answer(x):\n    while True: pass", "timeout"),
    "an endless loop that catches everything": ends(
        """
        def answer(x):
            while True:
                try:
                    while True: pass
                except BaseException: pass
        """,
        "timeout",
    ),
    "an endless loop without the alarm": ends(
        """
        import signal
        def answer(x):
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            signal.setitimer(signal.ITIMER_PROF, 0)
            while True: pass
        """,
        "timeout",
    ),
    "sleep": ends("import time\ndef answer(x): time.sleep(1000)", "timeout"),
    "waiting for a signal": ends("import signal\ndef answer(x): signal.pause()", "timeout"),
    "a slow pattern": ends("import re\ndef answer(x): return bool(re.match('(a+)+$', 'a' * 60 + 'b'))", "timeout"),
    "a slow power": ends("def answer(x): return len(str(10 ** 10 ** 9))", "timeout", "memory", "exception"),
    "an endless module": ends("while True: pass\ndef answer(x): return 1", "timeout"),
    # Memory and output
    "a memory bomb": ends("def answer(x): return bytearray(1 << 40)", "memory"),
    "many small pieces of memory": ends("def answer(x):\n    a = [0]\n    while True: a = a + a", "memory", "timeout"),
    "a huge array": ends("import numpy as np\ndef answer(x): return np.zeros(10**8, 'u1')", "too large"),
    "an array of no memory and endless size": ends(
        "import numpy as np\ndef answer(x): return np.broadcast_to(np.float64(1), (10**6, 10**6))",
        "memory",
        "too large",
    ),
    "printing without end": ends("def answer(x):\n    while True: print('A' * 10**6)", "timeout", "memory"),
    "printing control characters": ends(r"def answer(x): print('\x1b[2J\x07 hello'); return 1", RETURNED),
    "a formatting bomb": ends("def answer(x): return '%*d' % (2**40, 1)", "memory", "exception"),
    "nested brackets": ends("x = " + "[" * 5000 + "]" * 5000, "syntax", "memory"),
    "a chain of minus signs": ends("x = " + "-" * 100000 + "1", "syntax", "memory", "exception", "killed"),
    "a chain of attributes": ends("x = a" + ".a" * 100000, "syntax", "memory", "exception", "killed"),
    "NUL in the text": ends("def answer(x): return 1\0", "syntax", "exception"),
    "no Python at all": ends("The answer is 42.", "syntax"),
    # Spying
    "reading the key": ends(tries(f"return open('{KEY_FILE}').read()"), RETURNED),
    "reading the key by number": ends(
        tries(f"return [os.read(os.open('{KEY_FILE}', 0), 99).hex() for _ in range(2)][0]"), RETURNED
    ),
    "reading the passwords": ends(tries("return open('/etc/passwd').read()"), RETURNED),
    "listing the root": ends(tries("return sorted(os.listdir('/'))"), RETURNED),
    "reading every process": ends(
        tries(
            """
            found = []
            for number in [*range(1, 400), os.getppid(), 'self', 'thread-self']:
                for name in ('environ', 'cmdline', 'maps', 'cwd/secret', 'fd/0', 'root/etc/hostname'):
                    try: found.append(open(f'/proc/{number}/{name}', 'rb').read().decode('latin-1'))
                    except OSError: pass
            return found
            """
        ),
        RETURNED,
    ),
    "reading the server's memory": ends(tries("return os.open(f'/proc/{os.getppid()}/mem', os.O_RDONLY)"), RETURNED),
    "its environment": ends(tries("return [dict(os.environ), sys.argv, sys.path, sys.orig_argv[:1]]"), RETURNED),
    "the environment's memory": ends(
        tries("c = ctypes.CDLL(None); c.getenv.restype = ctypes.c_char_p; return str(c.getenv(b'CHAINRULE_TEST_KEY'))"),
        RETURNED,
    ),
    "where Python lies": ends(tries("import numpy; return [numpy.__file__, os.__file__, sys.prefix]"), RETURNED),
    "a traceback with paths": ends("import os\ndef answer(x): raise ValueError(os.__file__)", "exception"),
    "our code by another path": ends(
        tries("import numpy; sys.path.append(numpy.__file__[:-18]); import grader; return grader.__file__"), RETURNED
    ),
    "somebody else's debugger": ends(
        tries("c = ctypes.CDLL(None); return [c.ptrace(16, os.getppid(), 0, 0), c.ptrace(16, 1, 0, 0)]"), RETURNED
    ),
    # Leaving something behind
    "writing files": ends(
        tries(
            """
            for place in ('/tmp', '/dev/shm', '/var/tmp', '.', os.path.expanduser('~')):
                try:
                    open(place + '/{MARK}', 'w').write('x')
                    return place
                except OSError: pass
            return -1
            """
        ),
        RETURNED,
    ),
    "making folders and links": ends(
        tries(
            """
            for place in ('/tmp', '/dev/shm', '/var/tmp', '.'):
                link, symlink = (lambda p: os.link('/etc/passwd', p)), (lambda p: os.symlink('/etc/passwd', p))
                for make in (os.mkdir, os.mkfifo, link, symlink):
                    try:
                        make(place + '/{MARK}')
                        return place
                    except OSError: pass
            return -1
            """
        ),
        RETURNED,
    ),
    "a file without a name": ends(tries("return os.open('/tmp', os.O_TMPFILE | os.O_RDWR)"), RETURNED),
    "changing rights": ends(tries(f"os.chmod('{KEY_FILE}', 0o777)"), RETURNED),
    "removing files": ends(tries(f"os.remove('{KEY_FILE}')"), RETURNED),
    "shared memory": ends(tries("return ctypes.CDLL(None).shmget(0x4348, 4096, 0o1666)"), RETURNED),
    "a message queue": ends(tries("return ctypes.CDLL(None).msgget(0x4348, 0o1666)"), RETURNED),
    "a posix message queue": ends(tries("return ctypes.CDLL(None).mq_open(b'/{MARK}', 66, 0o666, None)"), RETURNED),
    "memory with a name": ends(tries("os.memfd_create('{MARK}')"), RETURNED),
    "keys of the kernel": ends(
        tries("return ctypes.CDLL(None).syscall(248, b'user', b'{MARK}', b'x', 1, -4)"), RETURNED
    ),
    # Other processes
    "a fork bomb": ends("import os\ndef answer(x):\n    while True: os.fork()", "exception"),
    "a survivor": ends(
        """
        import os, time
        def answer(x):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0: time.sleep(1000)
                os._exit(0)
            return 1
        """,
        "exception",
    ),
    "a program of its own": ends(
        tries("import subprocess; return subprocess.run(['/bin/sleep', '1000']).returncode"), RETURNED
    ),
    "becoming a shell": ends(tries("os.execv('/bin/sh', ['/bin/sh', '-c', 'sleep 1000'])"), RETURNED),
    "many threads": ends(
        "from threading import Thread\ndef answer(x):\n    while True: Thread(target=input).start()",
        "exception",
        "memory",
    ),
    "killing the server": ends(tries("os.kill(os.getppid(), 9)"), RETURNED),
    "killing everybody": ends(tries("import signal; os.kill(-1, signal.SIGKILL)"), RETURNED),
    "stopping the server": ends(tries("os.kill(os.getppid(), 19)"), RETURNED),
    "limits for somebody else": ends(
        tries("import resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))"), RETURNED
    ),
    "higher limits": ends(tries("import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))"), RETURNED),
    "a socket": ends(tries("import socket; socket.socket()"), RETURNED),
    "a socket in a file": ends(tries("import socket; s = socket.socket(1, 1); s.bind('/tmp/{MARK}')"), RETURNED),
    "a root of its own": ends(tries("return [ctypes.CDLL(None).unshare(0x10000000), os.chroot('/tmp')]"), RETURNED),
    "becoming root": ends(tries("os.setuid(0)"), RETURNED),
}
