"""A link to a server that can be cut: nothing gets through any more, and nobody is told."""

import contextlib
import socket
import threading


class Link:
    """Listens on a port of its own, and passes on what comes to another one, both ways."""

    def __init__(self, port: int) -> None:
        """Lead to this port of the machine."""
        self._target = ("127.0.0.1", port)
        self._whole = threading.Event()
        self._whole.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._sockets: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """From now on nothing gets through, and new connections are taken by nobody who answers."""
        self._whole.clear()

    def mend(self) -> None:
        """What was sent meanwhile arrives, and everything after it."""
        self._whole.set()

    def close(self) -> None:
        """End it."""
        self._listening.close()
        self.mend()
        for one in list(self._sockets):
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        self._whole.wait()
        try:
            far = socket.create_connection(self._target)
        except OSError:
            near.close()
            return
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.add(one)
        threading.Thread(target=self._pass_on, args=(far, near), daemon=True).start()
        self._pass_on(near, far)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while told := source.recv(65536):
                self._whole.wait()
                target.sendall(told)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
