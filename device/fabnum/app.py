"""The whole firmware, put together: who hears of what, and which tasks run."""

import asyncio
import os
import sys

from fabnum import config, log
from fabnum.clock import EARLIEST, Clock, chip_time
from fabnum.queue import Queue
from fabnum.report import Report
from fabnum.ring import Ring
from fabnum.runner import Runner
from fabnum.uplink import Uplink
from fabnum.values import is_number
from micropython import const

_MAX_RESTART_S = const(60)
_FAREWELL_S = const(3)


class App:
    """The firmware around one Program. ``health``: of this start (``fabnum.boot``).

    A configuration that cannot be used is said on the console; the program then runs without a
    network, and what it measures waits in the queue.
    """

    def __init__(self, program, health):
        self._health = health
        self._build = config.load_build()
        self.boot = os.urandom(4).hex()
        self.clock = Clock(self._clock_set, trust_kept=health.kept.clock_set)
        self.queue = Queue(Ring(config.path("queue")), self.clock, self.boot)
        self._wifi = None
        self._wifi_reason = ""
        self._link_reason = ""
        self._link = None
        self._config = self._usable_config()
        self._led = None
        if self._config:
            self._connect_to(self._config)
            self._light_up(self._config["settings"])
        self._report = Report(
            self._link, self.queue, self.clock, health, self._build, self.boot, self._rssi
        )
        self._report.period = self._period() or program.period(self._build["period"])
        self._runner = Runner(program, self._report, self.event, self._period())
        self._program = program
        self._commands = None

    # What the program calls.

    def send(self, values):
        """Keep one moment's readings. Raises ValueError, in French."""
        for channel, value in values.items():
            if channel not in self._build["channels"]:
                known = ", ".join(self._build["channels"])
                raise ValueError("« %s » n’est pas une mesure de cet objet : %s" % (channel, known))
            if not isinstance(value, bool) and not is_number(value):
                raise ValueError("%s = %s : il faut un nombre." % (channel, value))
        self.queue.put({c: int(v) if isinstance(v, bool) else v for c, v in values.items()})

    def event(self, name, data):
        """Tell that something happened."""
        if self._link is None:
            return
        event = {"name": name, "boot": self.boot, "data": data}
        now = self.clock.now()
        if now is not None:
            event["t"] = now
        self._link.post("event", event)

    def run(self):
        """Run for ever. What nobody expected is counted, logged, and ends in a restart."""
        try:
            asyncio.run(self._main())
        except Exception as error:
            sys.print_exception(error)
            log.say("Le programme de la carte s’est arrêté : %r. Elle redémarre." % error)
            self._health.crashed()
            log.save()
            import machine

            machine.reset()

    # Tasks.

    async def _main(self):
        self._health.watch(bool(self._config and self._config["deployed"]))
        self._greet()
        tasks = [self._keep("health", self._health.run)]
        if self._led:
            tasks.append(self._keep("led", self._led.run))
        if self._link:
            uplink = Uplink(self.queue, self._link, self.clock)
            tasks += [
                self._keep("uplink", uplink.run),
                self._keep("link", self._link.run),
                self._keep("report", self._report.run),
                self._keep("network", self._network),
            ]
            if self._wifi:
                tasks.append(self._keep("wifi", self._wifi.run))
        if not self._health.safe_mode:
            self._runner.start()
        self._report.started()
        self._show()
        await asyncio.gather(*tasks)

    def _keep(self, name, function):
        return asyncio.create_task(self._restarted(name, function))

    async def _restarted(self, name, function):
        """Run one of the firmware's own tasks; if it crashes, log it and start it again."""
        delay = 1
        while True:
            try:
                return await function()
            except Exception as error:
                sys.print_exception(error)
                log.fail("La tâche %s s’est arrêtée : %r. Elle reprend." % (name, error))
                await asyncio.sleep(delay)
                delay = min(2 * delay, _MAX_RESTART_S)

    async def _network(self):
        if self._wifi:
            await self._wifi.connected.wait()
        server = self._config["ntp"]
        if server:
            from fabnum import ntp

            self._keep("ntp", lambda: ntp.keep(self.clock, server))
        if self._config["broker"]["tls"] and chip_time() < EARLIEST:
            from fabnum import certificate

            certificate.approximate_clock(config.authority())
        await self._link.start()

    # What happened, and who must know.

    def _connect_to(self, settings):
        from fabnum.link import Link

        broker = settings["broker"]
        log.hide([broker["password"]] + [n.get("password") for n in settings["wifi"]])
        authority = config.authority() if broker["tls"] else None
        self._link = Link(
            settings, authority, self._command, self.clock.set_from_message, self._link_changed
        )
        try:
            from fabnum.wifi import Wifi
        except ImportError:
            return  # MicroPython on a PC is in the network already
        self._wifi = Wifi(settings["wifi"], self._wifi_changed, settings["device"])

    def _light_up(self, settings):
        if settings.get("led") is not None:
            from fabnum.led import Led

            self._led = Led(settings)

    def _wifi_changed(self, up, reason):
        self._wifi_reason = reason
        if up:
            log.say("Wi-Fi : connecté à « %s »." % self._wifi.ssid)
            self._link.retry()
        else:
            _say_why(reason)
        self._show()

    def _link_changed(self, up, reason):
        self._link_reason = reason
        if up:
            log.say("Serveur : connecté.")
            self._report.ask()
        elif not self._wifi_reason:
            _say_why(reason)
        self._show()

    def _clock_set(self, _unix):
        self._health.kept.set_clock_set()
        asyncio.create_task(self._restarted("dates", self.queue.date))

    def _command(self, payload):
        if self._commands is None:
            self._commands = self._known_commands()
        asyncio.create_task(self._restarted("command", lambda: self._commands.handle(payload)))

    def _known_commands(self):
        from fabnum.commands import Commands

        handlers = {
            "identify": self._identify,
            "restart": self._restart,
            "report": self._report.ask,
            "period": self._runner.set_period,
        }
        handlers.update(self._program.commands)
        return Commands(self._build["commands"], handlers, self.clock, self._acknowledge)

    def _acknowledge(self, answer):
        self._link.post("ack", answer)

    def _identify(self):
        log.say("C’est moi : %s." % self._config["device"])
        if self._led:
            self._led.identify()

    def _restart(self):
        asyncio.create_task(self._restart_soon())

    async def _restart_soon(self):
        await asyncio.sleep_ms(0)  # the answer is posted first
        try:
            await asyncio.wait_for(self._link.flush(), _FAREWELL_S)
        except asyncio.TimeoutError:
            pass
        log.say("La carte redémarre : on le lui a demandé.")
        log.save()
        import machine

        machine.reset()

    def _show(self):
        if self._led:
            self._led.tell(
                up=self._link.up,
                reason=self._wifi_reason or self._link_reason,
                fault=bool(self._report.faults),
                safe_mode=self._health.safe_mode,
            )

    # Small questions.

    def _usable_config(self):
        try:
            return config.load()
        except config.ConfigError as error:
            log.fail(str(error))
            return None

    def _period(self):
        """Return the period that replaces the program's: one that differs from the build's own."""
        period = self._config["period"] if self._config else None
        return None if period == self._build["period"] else period

    def _rssi(self):
        return self._wifi.rssi() if self._wifi else None

    def _greet(self):
        name = self._config["device"] if self._config else "sans nom"
        log.say(
            "Fab’Num : %s (%s), démarrage : %s." % (name, self._build["id"], self._health.reset)
        )
        if self._health.safe_mode:
            log.fail("Mode sans échec : trois arrêts de suite. Le programme n’est pas lancé.")


def _say_why(reason):
    from fabnum.sentences import SENTENCES

    log.say(SENTENCES.get(reason, reason))
