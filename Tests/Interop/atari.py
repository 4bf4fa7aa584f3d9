"""The Atari protocol against Gymnasium's: the frames of our games, through our modifiers and through its wrappers."""

import concurrent.futures
import json
import os
import subprocess
import tempfile

import cv2
import gymnasium
import numpy as np
from gymnasium.wrappers import AtariPreprocessing, FrameStackObservation

from support import check, expect

SKIP = 4
# What happens in single frames is the same on both sides; fire would be held for a skip here and for a frame there.
SHARED = {"sticky": 0.25, "noops": 30, "fire": "false", "episodicLife": "true"}


class Recording(gymnasium.Env):
    """A game that plays what `rl trace` prints, with the part of an `ale` that the wrapper asks for."""

    metadata = {"render_modes": []}
    action_space = gymnasium.spaces.Discrete(18)
    observation_space = gymnasium.spaces.Box(0, 255, (210, 160, 3), np.uint8)
    _frameskip = 1

    def __init__(self, lines):
        self.lines, self.ale, self.played, self.screens = lines, self, 0, []

    def reset(self, *, seed=None, options=None):
        head, self.screen = self.next()
        expect('"reset":true' in head, f"expected a start, not {head[:80]}")
        return np.zeros((210, 160, 3), np.uint8), {}

    def step(self, action):
        head, self.screen = self.next()
        line = json.loads(head)
        expect("step" in line, f"expected a step, not {head[:80]}")
        self.played += 1
        self.screens = [*self.screens[-1:], self.screen]
        return self.screen, line["reward"], line["terminated"], line["truncated"], {}

    def next(self):
        """A line without its observation, and the text of that; numbers are read where the wrapper looks."""
        return split(next(self.lines))

    # The lost lives are among the ends that the game tells.
    def lives(self):
        return 0

    def getScreenGrayscale(self, screen):
        screen[:] = numbers(self.screen).reshape(210, 160)

    def getScreenRGB(self, screen):
        screen[:] = numbers(self.screen).reshape(210, 160, 3)


def split(line):
    head, _, rest = line.partition('"observation":[')
    seen, _, tail = rest.partition("]")
    return f'{head}"observation":[]{tail}', seen


def numbers(text):
    return np.fromstring(text, dtype=np.uint8, sep=",")


def words(rl, game, seed, actions, settings):
    pairs = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    return [rl, "trace", game, "--seed", str(seed), "--actions", actions, *pairs]


def write(path, actions):
    with open(path, "w") as file:
        file.writelines(f"{action}\n" for action in actions)


def held(rl, game, seed, actions, settings, path):
    """The action of every frame: each four times, or fewer where an episode ends meanwhile."""
    counts = [SKIP] * len(actions)
    checked = 0
    while True:
        write(path, [action for action, count in zip(actions, counts) for _ in range(count)])
        done = subprocess.run(words(rl, game, seed, path, settings), capture_output=True, text=True, check=True)
        ends = [line["terminated"] or line["truncated"] for line in map(json.loads, done.stdout.splitlines()) if "step" in line]
        frame = sum(counts[:checked])
        for index in range(checked, len(actions)):
            short = next((count for count in range(1, counts[index]) if ends[frame + count - 1]), None)
            if short:
                break
            frame += counts[index]
        else:
            return [action for action, count in zip(actions, counts) for _ in range(count)]
        counts[index], checked = short, index + 1


def difference(rl, game, grey, seed, frames):
    """How many frames, episodes and early ends were compared, and the first difference if there is one."""
    channels = 1 if grey else 3
    actions = np.random.default_rng(seed).integers(0, 3, frames // SKIP)
    shared = SHARED | {"grey": str(grey).lower()}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "actions.txt")
        every = held(rl, f"{game}-raw", seed, actions, shared, path)
        write(path, every)
        raw = subprocess.Popen(
            words(rl, f"{game}-raw", seed, path, shared) + ["--observations"], stdout=subprocess.PIPE, text=True)
        steps = os.path.join(folder, "steps.txt")
        write(steps, actions)
        ours = subprocess.Popen(words(rl, game, seed, steps, shared) + ["--observations"], stdout=subprocess.PIPE, text=True)
        try:
            return compare(raw.stdout, ours.stdout, actions, channels)
        finally:
            raw.kill()
            ours.kill()


def compare(raw, ours, actions, channels):
    recording = Recording(raw)
    # The recording has played its no-ops already.
    wrapped = AtariPreprocessing(
        recording, noop_max=0, frame_skip=SKIP, screen_size=84, grayscale_obs=channels == 1, grayscale_newaxis=True)
    reference = FrameStackObservation(wrapped, 4, padding_type="reset")
    episodes = early = 0

    def next_line():
        """What we say, and our pictures, in the reference's order."""
        head, seen = split(next(ours))
        return json.loads(head), np.moveaxis(numbers(seen).reshape(84, 84, 4, channels), 2, 0)

    observation, _ = reference.reset()
    _, seen = next_line()
    if not np.array_equal(seen, observation):
        return recording.played, episodes, early, "the first start differs"
    for index, action in enumerate(actions):
        before = recording.played
        observation, reward, terminated, truncated, _ = reference.step(action)
        count = recording.played - before
        line, seen = next_line()
        if terminated or truncated:
            # There the reference shows frames from before the last one: not what is wanted.
            observation[-1] = resized(recording.screens[-min(count, 2):], channels)
        if not np.array_equal(seen, observation):
            return recording.played, episodes, early, f"step {index + 1}: the observation differs"
        facts, expected = (line["reward"], line["terminated"], line["truncated"]), (np.sign(reward), terminated, truncated)
        if facts != expected:
            return recording.played, episodes, early, f"step {index + 1}: {facts}, expected {expected}"
        if terminated or truncated:
            episodes += 1
            early += count < SKIP
            observation, _ = reference.reset()
            line, seen = next_line()
            if "reset" not in line or not np.array_equal(seen, observation):
                return recording.played, episodes, early, f"the start after step {index + 1} differs"
    return recording.played, episodes, early, None


def resized(screens, channels):
    """The maximum of the screens, given as text, at the learner's size."""
    brightest = np.max([numbers(screen) for screen in screens], axis=0).reshape(210, 160, channels)
    return cv2.resize(brightest, (84, 84), interpolation=cv2.INTER_AREA).reshape(84, 84, channels)


def register(game, frames):
    """A check for one game: four times as many frames in grey as in colours, whose traces are three times as long."""

    def compares(tools):
        jobs = [(tools.rl, game, True, 1, frames), (tools.rl, game, False, 2, frames // 4)]
        total = episodes = early = 0
        with concurrent.futures.ProcessPoolExecutor(len(jobs)) as pool:
            for played, ended, cut, found in pool.map(difference, *zip(*jobs)):
                expect(found is None, f"{game}: {found}")
                total, episodes, early = total + played, episodes + ended, early + cut
        return f"{total} frames, grey and in colours, {episodes} episodes, {early} ended within a skip, equal bytes"

    compares.__name__ = f"{game} through the Atari protocol is what Gymnasium makes of its frames".replace(" ", "_")
    check(compares)


for game, frames in {"pong": 10_000, "breakout": 10_000, "freeway": 2000, "space-invaders": 2000, "maze-chase": 2000}.items():
    register(game, frames)
