"""A simulation in a process of its own: `{"question": …}` first, then portions of `{"states": […]}`, then
`{"sums": true}`."""

from __future__ import annotations

from typing import Any

from console.apart import answering
from console.what_if.simulation import Question, Simulation


class Answers:
    """Answers to one line after another about one question."""

    def __init__(self) -> None:
        self._simulation: Simulation | None = None

    def __call__(self, line: dict[str, Any]) -> Any:
        if "question" in line:
            self._simulation = Simulation(Question.model_validate(line["question"]))
            return None
        assert self._simulation is not None
        if "states" in line:
            return [each.model_dump(mode="json") for each in self._simulation.look(line["states"])]
        return self._simulation.sums().model_dump(mode="json")


if __name__ == "__main__":
    answering(Answers())
