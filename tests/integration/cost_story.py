"""What is counted for docs/cost.md: one order from the catalogue to its parts being sent, and price lists."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.models.mails import Mail
from chalicelib.notifications.feedback import take
from chalicelib.sweeping import sweep
from infra.costs import Usage, gb_seconds
from infra.stages import read_config
from tests.integration.metered import Metered, metered
from tests.integration.notifications.notices import notice
from tests.integration.world import Answer, Person, World, good, price_list

# Seconds of a processor, measured with recorded answers of AWS, in a process that is warm (2 busy cores, Python 3.11).
CPU = {
    "api_handler": 0.005,
    "send_mail": 0.015,
    "mails of an order": 0.220,
    "mail_feedback": 0.003,
    "sweep": 0.006,
    "run_import": 0.030,
}
# Of planning one good (docs/decisions/0011-import-pipeline.md), and, estimated, of writing one.
CPU_OF_PLANNING, CPU_OF_WRITING = 0.00016, 0.001
# The lines of the platform for each start and ours; headers of an answer.
LOG_BYTES, HEADER_BYTES, COMPRESSED_FROM = 700, 600, 1024
# Send, receive and delete.
REQUESTS_OF_MESSAGE = 3
SMALL, LARGE = 50, 250
# Goods that differ as those of one shop do: name, model, category, parameters.
_GOODS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "Смартфон {} Apple iPhone XS Max 512GB (золотистый)",
        "apple/iphone/xs-max/{}",
        "Смартфоны",
        {
            "Диагональ (дюйм)": "6.5",
            "Разрешение (пикс)": "2688x1242",
            "Встроенная память (Гб)": "512",
            "Цвет": "золотистый",
        },
    ),
    (
        'Ноутбук Lenovo IdeaPad 5 15ITL05, 15.6", 16 ГБ, серый, {}',
        "lenovo/ideapad-5/15itl05-{}",
        "Ноутбуки",
        {
            "Диагональ (дюйм)": "15.6",
            "Оперативная память (Гб)": "16",
            "Процессор": "Core i5-1135G7",
            "Цвет": "серый",
        },
    ),
    (
        "Наушники Sony WH-1000XM4 беспроводные {} (синий)",
        "sony/wh-1000xm4/{}",
        "Наушники и гарнитуры",
        {"Тип": "накладные", "Время работы (ч)": "30", "Шумоподавление": "активное", "Цвет": "синий"},
    ),
    (
        "Кабель {} USB Type-C – Lightning Belkin 2 м",
        "belkin/caa003bt2mwh/{}",
        "Кабели и переходники",
        {"Длина (м)": "2", "Разъём 1": "USB Type-C", "Разъём 2": "Lightning", "Цвет": "белый"},
    ),
    (
        "Планшет Huawei MatePad T10s 64Gb LTE {}",
        "huawei/matepad/t10s-{}",
        "Планшеты",
        {
            "Диагональ (дюйм)": "10.1",
            "Разрешение (пикс)": "1920x1200",
            "Встроенная память (Гб)": "64",
            "Цвет": "темно-синий",
        },
    ),
)


# What a list says otherwise than the one before it.
_CHANGES: dict[str, dict[str, Any]] = {
    "new": {},
    "unchanged": {},
    "with another stock": {"quantity": 99},
    "with another price": {"quantity": 99, "price": 101},
}


@dataclass(frozen=True)
class Step:
    """What one step used, and how many calls to DynamoDB it made."""

    calls: int
    usage: Usage


class Story:
    """Counts steps; each is one call, one job or one price list."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.steps: dict[str, Step] = {}

    def call(self, name: str, act: Callable[[], Answer]) -> Answer:
        """A call over HTTP."""
        with metered() as used:
            answer = act()
        assert answer.status == 200, answer.body
        body = json.dumps(answer.body, ensure_ascii=False).encode()
        size = len(gzip.compress(body)) if len(body) > COMPRESSED_FROM else len(body)
        usage = _usage("api_handler", CPU["api_handler"], used)
        self._keep(name, used, replace(usage, http=1, bytes_out=size + HEADER_BYTES))
        return answer

    def job(self, name: str, function: str, cpu: float, act: Callable[[], Any]) -> None:
        """A start of a function by its queue or by the clock."""
        with metered() as used:
            act()
        self._keep(name, used, _usage(function, cpu, used))

    def notices(self, name: str, mail: Mail, number: int) -> None:
        """Notices of SES that are recorded together: published, sent and received one by one, deleted at once."""
        with metered() as used:
            for _ in range(number):
                take(notice(mail, "Delivery"))
        usage = _usage("mail_feedback", CPU["mail_feedback"] * number, used)
        self._keep(name, used, replace(usage, notices=number, queue_requests=2 * number + 1))

    def _keep(self, name: str, used: Metered, usage: Usage) -> None:
        self.steps[name] = Step(used.count("dynamodb"), usage)

    def tell(self) -> None:
        """Tell all of it."""
        self.tell_order()
        self.tell_lists()

    def tell_order(self) -> None:
        """Ten rows of two shops: looked for, ordered, mailed and moved."""
        world, shops = self.world, [self.world.person(f"shop{n}@a.example", "shop") for n in (1, 2)]
        for shop in shops:
            assert world.drop(shop.shop_id, a_list(20))
        world.person("admin@us.example", "administrator")
        buyer = world.person("buyer@b.example")
        contact = buyer.contact()
        self.call("GET products, 40 goods", lambda: world.call("GET", "/products"))
        rows = [(shop.sells(n), 1) for shop in shops for n in range(1, 6)]
        self.call("POST basket, 10 rows", lambda: buyer.add(*rows))
        basket = self.call("GET basket", lambda: buyer.get("/basket")).body[0]["id"]
        order = self.call("POST order", lambda: buyer.post("/order", {"id": basket, "contact": contact})).body["id"]
        self.job("its documents and four mails", "send_mail", CPU["mails of an order"], world.pump)
        sent = Mail.by_status.query("MAIL#sent")
        mail = Mail.at(next(one.mail_id for one in sent if one.kind == "order_placed")).require()
        self.notices("a delivery notice", mail, 1)
        self.notices("four delivery notices", mail, 4)
        self.call("GET order", lambda: buyer.get("/order"))
        self.call("GET order/{id}", lambda: buyer.get(f"/order/{order}"))
        self.call("GET partner/orders", lambda: shops[0].get("/partner/orders"))
        move = {"state": "confirmed"}
        self.call("a move", lambda: shops[0].post(f"/partner/orders/{order}/state", move))
        self.call("a move that changes the order", lambda: shops[1].post(f"/partner/orders/{order}/state", move))
        self.job("its mail", "send_mail", CPU["send_mail"], world.pump)
        self.job("an empty sweep", "sweep", CPU["sweep"], sweep)

    def tell_lists(self) -> None:
        """A list of two sizes: what a good costs is the difference of both, by their difference in goods."""
        found: dict[tuple[str, int], tuple[int, Usage]] = {}
        for size in (SMALL, LARGE):
            shop = self.world.person(f"list{size}@a.example", "shop")
            for name in _CHANGES:
                found[name, size] = self._imported(shop, size, name)
        for name in _CHANGES:
            (_, small), (_, large) = found[name, SMALL], found[name, LARGE]
            self.steps[f"a good {name}"] = Step(0, (large + small * -1) * (1 / (LARGE - SMALL)))
        calls, whole = found["unchanged", SMALL]
        self.steps["an import beside its goods"] = Step(calls, whole + self.steps["a good unchanged"].usage * -SMALL)

    def _imported(self, shop: Person, size: int, name: str) -> tuple[int, Usage]:
        with metered() as used:
            assert self.world.drop(shop.shop_id, a_list(size, **_CHANGES[name]))
        of_good = CPU_OF_PLANNING + (CPU_OF_WRITING if name != "unchanged" else 0)
        return used.count("dynamodb"), _usage("run_import", CPU["run_import"] + size * of_good, used)


def a_list(size: int, **change: Any) -> dict[str, Any]:
    """A price list of so many goods, each with these changes."""
    goods = []
    for n in range(1, size + 1):
        name, model, _, parameters = _GOODS[n % len(_GOODS)]
        one = good(n, name=name.format(n), model=model.format(n), parameters=dict(parameters), price_rrc=120)
        goods.append(one | {"category": 1 + n % len(_GOODS), "quantity": 100, **change})
    categories = [{"id": 1 + n, "name": kind[2]} for n, kind in enumerate(_GOODS)]
    return price_list(*goods) | {"categories": categories}


def _usage(function: str, cpu: float, used: Metered) -> Usage:
    memory = read_config()["lambda_functions"][function]["lambda_memory_size"]
    calls = {service: used.count(service) for service in ("dynamodb", "s3", "ses")}
    sent = used.count("sqs", "SendMessage", "SendMessageBatch")
    return Usage(
        starts=1,
        gb_seconds=gb_seconds(cpu, memory, {**calls, "sqs": sent}),
        write_units=used.write_units,
        read_units=used.read_units,
        s3_writes=used.count("s3", "PutObject", "ListObjectsV2"),
        s3_reads=used.count("s3", "GetObject", "HeadObject"),
        queue_requests=sent * REQUESTS_OF_MESSAGE,
        log_bytes=LOG_BYTES,
        mails=used.count("ses"),
        mail_bytes=used.mail_bytes,
    )
