"""What the log of a task may say of a fault: Airflow writes an exception with its text and its causes.

The text of an exception of a library quotes the value that it could not take, and the value may be a person's.
"""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from airflow.sdk.exceptions import AirflowException

from hub.errors import HubError, RetryLater, described
from hub.machine import error_of_trouble, trouble_of
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def without_values(work: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return the function of a task so that its log holds no text of a foreign exception.

    The hub's own errors are raised as they are, but without their cause.  Airflow's exceptions, which control the task,
    pass.  Any other exception is logged by its class and the lines of code that it passed, and becomes RetryLater.
    """

    @wraps(work)
    def done(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        except AirflowException:
            raise
        except HubError as error:
            fault = error
        except Exception as error:  # noqa: BLE001 - whatever it is, its text must not be written
            log.error("%s", described(error))  # noqa: TRY400 - that would write the text
            fault = _plain(error)
        fault.__cause__ = fault.__context__ = None
        raise fault  # outside of the handlers: otherwise the cause would stand in its context again

    return done


def _plain(error: Exception) -> HubError:
    trouble = trouble_of(error)
    return error_of_trouble(trouble) if trouble else error_of(RetryLater, "run.task_failed", why=type(error).__name__)
