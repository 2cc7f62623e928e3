"""A proxy in front of a local cloud, its registry, its load balancers and the calls of its tasks, which
makes requests fail by their numbers. It runs in a thread of its own."""

import asyncio
import contextlib
import itertools
import socket
import struct
import threading
from dataclasses import dataclass, field, replace

from long import kinds, messages
from long.addresses import Addresses
from long.names import operation_of, service_of

SLOW = 1.0
REFUSED = 0.3


@dataclass
class Met:
    """A request that came by."""

    number: int
    door: str
    request: messages.Message
    fault: str = None
    answer: messages.Message = field(default=None, repr=False)

    @property
    def name(self):
        """Its service and operation; for requests past the cloud's own port, the door."""
        service = service_of(self.request)
        return f"{self.door if service == 'unsigned' else service} {operation_of(self.request)}"


class Proxy:
    """The doors of a cloud on this port."""

    def __init__(self, cloud_port):
        self.addresses = Addresses()
        self.servers = {}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.begin({})
        self._wait(self._open(cloud_port, "cloud"))
        self.port = self.addresses.doors[cloud_port]

    def begin(self, plan):
        """Counts from 1 again. The plan has the kind of fault by the number of the request."""
        self.plan, self.met, self.numbers = plan, [], itertools.count(1)

    def stop(self):
        """Ends it, with all connections."""
        self._wait(self._cancel())
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def _cancel(self):
        for server in self.servers.values():
            server.close()
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def _wait(self, doing):
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(10)

    async def _open(self, port, name, door=0):
        async def serve(reader, writer):
            try:
                await self._serve(port, name, reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        self.servers[port] = server = await asyncio.start_server(
            serve, "127.0.0.1", door, limit=messages.LARGEST_HEAD, reuse_address=True
        )
        self.addresses.doors[port] = server.sockets[0].getsockname()[1]

    async def _serve(self, port, name, reader, writer):
        while request := await messages.read(reader, writer):
            number = next(self.numbers)
            met = Met(number, name, request, self.plan.get(number))
            self.met.append(met)
            if met.fault in ("refused", "reset"):
                if met.fault == "refused":
                    await self._close_for_a_while(port, name)
                return _reset(writer)
            if met.fault in kinds.BEFORE:
                writer.write(_answer_to(request, kinds.error(met.fault, request)))
                continue
            met.answer = await self._ask(port, request)
            if not await self._answered(met, writer):
                return None
        return None

    async def _close_for_a_while(self, port, name):
        server = self.servers.pop(port, None)
        if server is None:
            return
        server.close()
        while port not in self.servers:
            await asyncio.sleep(REFUSED)
            # A program that found nothing there may have taken the port for a moment.
            with contextlib.suppress(OSError):
                await self._open(port, name, self.addresses.doors[port])

    async def _ask(self, port, request):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, limit=messages.LARGEST_HEAD
        )
        try:
            inward = self.addresses.inward(request.without("connection"))
            inward.headers.append(("connection", "close"))
            writer.write(inward.raw())
            answer = await messages.read(reader, to_method=request.method)
        finally:
            writer.close()
        if answer is None:
            raise ConnectionResetError("the cloud gave no answer")
        for balancer in self.addresses.balancers(answer):
            await self._open(balancer, "balancer")
        return self.addresses.outward(request, answer.without("connection"))

    async def _answered(self, met, writer):
        """Answers; whether the connection can go on."""
        raw = _answer_to(met.request, met.answer)
        match met.fault:
            case "lost":
                return _reset(writer)
            case "cut":
                writer.write(raw[: max(len(raw) - len(met.answer.body) // 2 - 1, 1)])
                await writer.drain()
                return False
            case "garbage":
                writer.write(kinds.GARBAGE)
                return False
            case "slow":
                await asyncio.sleep(SLOW)
        writer.write(raw)
        await writer.drain()
        return True


def _answer_to(request, answer):
    """The bytes of an answer. One to `HEAD` says how long a body would be, and has none."""
    length = answer.header("content-length") if request.method == "HEAD" else None
    if request.method == "HEAD":
        answer = replace(answer, body=b"")
    return answer.raw(length)


def _reset(writer):
    """Ends a connection without time to linger: the client sees a reset and not an end."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
    return False
