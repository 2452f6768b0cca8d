"""Types lines into a program on a terminal of its own and prints what it answered.

Usage: pty_session.py COMMAND ARGUMENT...; the lines to type come on standard input, \\t \\x04 and the like as Python
escapes. Each is typed when a prompt stands at the end of the output. Prints what was typed, \\x1f, the raw answer up to
the next prompt and \\x1e for each, and at the end the same for "exit" and the status.
"""
import os
import pty
import re
import select
import struct
import sys
import fcntl
import termios
import time

PROMPT = re.compile(r"(^|\n)(\w+> |.*y/N\? |Username:|Password:)$")
ESCAPE = re.compile("\x1b(\\[[0-9;?]*[ -/]*[@-~]|[=>]|[()][0-9A-B]|\\][^\x07]*\x07)|\r|\x07")
LIMIT = 30


class Terminal:
    def __init__(self, command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            os.execv(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        self.ended = False

    def until(self, done):
        """Everything up to the moment when done(text) or the end of the program."""
        seen = b""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            readable, _, _ = select.select([self.fd], [], [], 0.2)
            if readable:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:  # Linux: the other side has closed
                    data = b""
                if not data:
                    self.ended = True
                    break
                seen += data
            if done(ESCAPE.sub("", seen.decode("utf-8", "replace"))) and not readable:
                break
        return seen.decode("utf-8", "replace")

    def prompt(self):
        return self.until(lambda text: PROMPT.search(text))

    def type(self, line):
        """Types a line as a person does: what follows a tab waits until the terminal is still again."""
        for part in re.findall("[^\t]+|\t", line):
            os.write(self.fd, part.encode())
            if part == "\t":
                self.until(lambda text: text)


def main():
    terminal = Terminal(sys.argv[1:])
    emit("start", terminal.prompt())
    for line in sys.stdin:
        if terminal.ended:
            break
        keys = line.rstrip("\n").encode().decode("unicode_escape")
        terminal.type(keys if keys.endswith(("\x03", "\x04")) else keys + "\r")
        emit(line.rstrip("\n"), terminal.prompt())
    if not terminal.ended:
        terminal.until(lambda text: False)
    _, status = os.waitpid(terminal.pid, 0)
    emit("exit", str(os.waitstatus_to_exitcode(status)))


def emit(what, answer):
    sys.stdout.write(what + "\x1f" + answer + "\x1e")


main()
