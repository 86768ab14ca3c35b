"""The plan of a workshop as its module tells it: handed to the gateway, which knows no modules."""

from curriculum import reading
from curriculum.roles import roles
from gateway.day import Step
from kit.errors import FabnumError
from kit.settings import DataFolder


def plan_of(folder: DataFolder, workshop: str) -> tuple[Step, ...]:
    """Return the steps of a workshop in every language; none where no module tells them.

    A module that cannot be read costs its own plan, and no workshop: ``fabnum curriculum lint``
    says what is wrong with it.
    """
    for module_folder in reading.folders(folder.modules):
        try:
            front = reading.load(module_folder).front
        except FabnumError:
            continue
        if front.id == workshop:
            known = roles()
            return tuple(
                Step(
                    minutes=step.minutes,
                    title=dict(step.title),
                    does=dict(step.does),
                    role=dict(known[step.role].name) if step.role in known else {"": step.role},
                )
                for step in front.workshop.steps
            )
    return ()
