import marshmallow
import orjson


class Entry(marshmallow.Schema):
    amount = marshmallow.fields.Decimal(as_string=True)


def text(entry):
    return orjson.dumps(Entry().dump(entry))
