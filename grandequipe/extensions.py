"""The Flask extensions, without an application: `app.create_app` initialises them."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from celery import Celery
from flask import current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_security import Security
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Enum, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from werkzeug.local import LocalProxy


class Base(DeclarativeBase):
    """Base class of all models: datetimes with a zone, 64-bit integers, unlimited text."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# On the registry, because Flask-SQLAlchemy derives its own base class from this one.
Base.registry.update_type_annotation_map(
    {
        datetime: DateTime(timezone=True),
        int: BigInteger(),
        str: Text(),
        dict[str, Any]: JSONB(),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }
)

db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        """`db.Model`, declared for type checkers."""

        __abstract__ = True

else:
    Model = db.Model


def enum_check(column: str, enumeration: type[enum.StrEnum]) -> CheckConstraint:
    """Create the CHECK constraint that limits a column to the values of an enumeration."""
    listed = ", ".join(f"'{value}'" for value in enumeration)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def minimum_check(column: str, least: int = 0) -> CheckConstraint:
    """Create the CHECK constraint that limits a count or a position to what it can be."""
    return CheckConstraint(f"{column} >= {least}", name=column)


migrate = Migrate()
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address)
# Made with the application, as Flask-Security's constructor alone takes classes of the site.
security = cast(Security, LocalProxy(lambda: current_app.extensions["security"]))
socketio = SocketIO()
celery = Celery("grandequipe")
