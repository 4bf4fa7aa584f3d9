"""`rl trace` against Gymnasium, the files of a run against the safetensors package and pandas."""

import json
import math

import gymnasium
import numpy as np
import pandas
import safetensors
import safetensors.numpy

from support import check, expect

# Gymnasium


def played_by_gymnasium(seed, choose, steps, **settings):
    """The actions taken, and the lines `rl trace` should print for them."""
    environment = gymnasium.make("CartPole-v1", **settings)
    actions, lines = [], []

    def state():
        names = ["position", "velocity", "angle", "angularVelocity"]
        return dict(zip(names, map(float, environment.unwrapped.state), strict=True))

    observation, _ = environment.reset(seed=seed)
    lines.append({"reset": True, "seed": seed, "observation": observation, "state": state()})
    step = 0
    for index in range(steps):
        action = choose(environment.unwrapped.state)
        observation, reward, terminated, truncated, _ = environment.step(action)
        actions.append(action)
        lines.append({
            "action": action, "observation": observation, "reward": float(reward),
            "terminated": terminated, "truncated": truncated, "state": state(),
        })
        if (terminated or truncated) and index + 1 < steps:
            observation, _ = environment.reset()
            lines.append({"reset": True, "observation": observation, "state": state()})
    return actions, lines


def compare(seed, seen, expected):
    """All lines to the last bit; returns how many were steps."""
    # Whether a last line tells the restart after an end with no action left is not part of the contract.
    if len(seen) == len(expected) + 1 and "reset" in seen[-1]:
        seen = seen[:-1]
    expect(len(seen) == len(expected), f"seed {seed}: {len(seen)} lines, expected {len(expected)}")
    for number, (line, reference) in enumerate(zip(seen, expected)):
        place = f"seed {seed}, line {number}"
        for key, value in reference.items():
            expect(key in line, f"{place}: there is no {key!r} in {line}")
            if key == "observation":
                observed = np.array(line[key], dtype=np.float32)
                same = observed.tobytes() == value.tobytes()
            elif key == "state":
                same = all(line[key].get(name) == number for name, number in value.items())
            else:
                same = line[key] == value
            expect(same, f"{place}: {key} is {line[key]}, expected {value}")
        expect(("reset" in line) == ("reset" in reference), f"{place}: {line}, expected {reference}")
    return sum("action" in line for line in seen)


def balancing(state):
    """Keeps the pole up for good."""
    return int(state[2] + 0.5 * state[3] + 0.05 * state[0] + 0.1 * state[1] > 0)


@check
def cartpole_is_gymnasiums_to_the_bit(tools):
    """50 seeds, 500 random steps each, through restarts: observation, reward, flags and inner state."""
    steps = 0
    for seed in range(50):
        generator = np.random.default_rng(1000 + seed)
        actions, expected = played_by_gymnasium(seed, lambda _: int(generator.integers(2)), 500)
        steps += compare(seed, tools.trace("CartPole-v1", seed, actions), expected)
    return f"50 seeds, {steps} steps"


@check
def cartpoles_time_limit_is_gymnasiums(tools):
    """Balanced for longer than the limit, with the largest seeds numpy takes without a second word and with one."""
    truncated = 0
    for seed in [2**32 - 1, 2**40 + 7]:
        actions, expected = played_by_gymnasium(seed, balancing, 1010)
        compare(seed, tools.trace("cartpole", seed, actions), expected)
        truncated += sum(line.get("truncated", False) for line in expected)
    expect(truncated == 4, f"the limit was reached {truncated} times, expected 4")
    return f"{truncated} truncated episodes"


@check
def cartpoles_other_reward_is_gymnasiums(tools):
    generator = np.random.default_rng(5)
    choose = lambda _: int(generator.integers(2))
    actions, expected = played_by_gymnasium(4, choose, 200, sutton_barto_reward=True)
    compare(4, tools.trace("CartPole-v1", 4, actions, ["suttonBartoReward=true"]), expected)
    expect(any(line.get("reward") == -1 for line in expected), "no episode ended")
    return "200 steps"


# safetensors


@check
def policy_opens_with_the_safetensors_package(tools):
    """Weights as PyTorch users expect them: [out, in], float32, a bias beside each."""
    path = tools.run() / "policy.safetensors"
    with safetensors.safe_open(str(path), framework="numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    weights = {name: tensor for name, tensor in tensors.items() if name.endswith(".weight")}
    expect(len(weights) >= 2, f"there are no two layers in {sorted(tensors)}")
    for name, weight in weights.items():
        expect(weight.dtype == np.float32 and weight.ndim == 2, f"{name} is {weight.dtype} {weight.shape}")
        expect(np.isfinite(weight).all() and weight.std() > 0, f"{name} holds no sensible numbers")
        bias = tensors.get(name.removesuffix("weight") + "bias")
        expect(bias is not None and bias.shape == weight.shape[:1], f"{name} {weight.shape} has no bias that fits")
    shapes = [weight.shape for weight in weights.values()]
    expect(sum(shape[1] == 4 for shape in shapes) == 1, f"no one layer takes CartPole's 4 numbers: {shapes}")
    expect(sum(shape[0] == 2 for shape in shapes) == 1, f"no one layer gives 2 action values: {shapes}")
    return ", ".join(f"{name} {list(weight.shape)}" for name, weight in sorted(weights.items()))


@check
def trajectories_open_with_the_safetensors_package(tools):
    """Every step of an evaluation: returns as it tells them, and observations that follow by Gymnasium's dynamics."""
    tools.run()
    path = tools.folder / "episodes.safetensors"
    text = tools.call("evaluate", "interop", "--episodes", 5, "--seed", 2, "--stochastic", "--json",
                      "--trajectories", path)
    evaluation = json.loads(text)
    data = safetensors.numpy.load_file(path)
    with safetensors.safe_open(str(path), framework="numpy") as file:
        metadata = file.metadata()
    expect(metadata["environment"] == "CartPole-v1", f"the metadata are {metadata}")
    expect(data["returns"].tolist() == evaluation["returns"], f"the returns are {data['returns']}")
    expect(data["lengths"].tolist() == evaluation["lengths"], f"the lengths are {data['lengths']}")
    expect(data["seed"] == 2 and data["seed"].shape == (), f"the seed is {data['seed']}")
    reference = gymnasium.make("CartPole-v1").unwrapped
    for number, length in enumerate(evaluation["lengths"]):
        observations, actions, rewards, terminated, truncated = (
            data[f"episode.{number}.{name}"]
            for name in ("observations", "actions", "rewards", "terminated", "truncated")
        )
        expect(observations.dtype == np.float32 and observations.shape == (length + 1, 4), f"{observations.shape}")
        expect(actions.dtype == np.int32 and rewards.dtype == np.float32, f"{actions.dtype} and {rewards.dtype}")
        expect(actions.shape == rewards.shape == (length,), f"{actions.shape} and {rewards.shape} of {length} steps")
        expect(terminated.dtype == truncated.dtype == np.bool_, f"{terminated.dtype} and {truncated.dtype}")
        expect(rewards.sum() == evaluation["returns"][number], f"episode {number}: the rewards are {rewards.sum()}")
        ended = terminated | truncated
        expect(ended[-1] and not ended[:-1].any(), f"episode {number} ends at {np.flatnonzero(ended)} of {length}")
        for before, action, after, done in zip(observations, actions, observations[1:], terminated):
            reference.reset()
            reference.state = before.astype(np.float64)
            expected, _, fallen, _, _ = reference.step(int(action))
            expect(np.allclose(after, expected, atol=1e-6), f"{after} does not follow {before}, {expected} does")
            expect(fallen == done, f"episode {number} ends at {after}")
    return f"5 episodes, {sum(evaluation['lengths'])} steps"


# pandas


@check
def pandas_reads_episodes(tools):
    episodes = pandas.read_csv(tools.run() / "episodes.csv")
    columns = ["step", "episode", "row", "return", "length", "terminated"]
    expect(list(episodes.columns) == columns, f"the columns are {list(episodes.columns)}")
    expect(len(episodes) > 10, f"there are {len(episodes)} episodes")
    for column in ["step", "episode", "row", "length"]:
        expect(pandas.api.types.is_integer_dtype(episodes[column]), f"{column} is {episodes[column].dtype}")
    expect(pandas.api.types.is_numeric_dtype(episodes["return"]), f"return is {episodes['return'].dtype}")
    flags = set(episodes["terminated"].unique().tolist())
    expect(flags <= {True, False}, f"terminated holds {flags}")
    expect(episodes["step"].is_monotonic_increasing and episodes["step"].max() <= 3000, "step goes back or too far")
    expect(episodes["episode"].is_unique, "two episodes have one number")
    expect((episodes["return"] == episodes["length"]).all(), "a CartPole episode's return is not its length")
    expect(episodes["length"].sum() <= 3000, "the lengths add up to more than the steps taken")
    return f"{len(episodes)} episodes"


@check
def pandas_reads_metrics(tools):
    metrics = pandas.read_csv(tools.run() / "metrics.csv")
    expect(metrics.columns[0] == "step" and len(metrics.columns) > 1, f"the columns are {list(metrics.columns)}")
    expect(len(metrics) > 0, "it is empty")
    expect(metrics["step"].is_monotonic_increasing and metrics["step"].is_unique, "step does not go up")
    for column in metrics.columns:
        values = pandas.to_numeric(metrics[column])
        expect(not np.isinf(values).any(), f"{column} is not finite")
        expect(values.notna().any(), f"{column} has no value at all")
    return f"{len(metrics)} lines of {', '.join(metrics.columns[1:])}"


@check
def pandas_reads_evaluations(tools):
    folder = tools.run()
    evaluations = pandas.read_csv(folder / "evaluations.csv")
    columns = ["step", "episodes", "mean", "std", "min", "max"]
    expect(list(evaluations.columns) == columns, f"the columns are {list(evaluations.columns)}")
    expect(len(evaluations) >= 3, f"there are {len(evaluations)} evaluations")
    expect(evaluations["step"].is_monotonic_increasing, "step goes back")
    expect((evaluations["min"] <= evaluations["mean"]).all(), "a mean is below its minimum")
    expect((evaluations["mean"] <= evaluations["max"]).all(), "a mean is above its maximum")
    expect((evaluations["std"] >= 0).all() and (evaluations["episodes"] == 4).all(), f"odd: {evaluations}")
    raw = [json.loads(line) for line in (folder / "evaluations.jsonl").read_text().splitlines()]
    expect(len(raw) == len(evaluations), f"{len(raw)} lines of raw returns for {len(evaluations)} evaluations")
    for line, (_, row) in zip(raw, evaluations.iterrows()):
        returns = line["returns"]
        expect(len(returns) == row["episodes"], f"{line} does not hold {row['episodes']} returns")
        expect(math.isclose(np.mean(returns), row["mean"], rel_tol=1e-6), f"the mean of {line} is not {row['mean']}")
        expect(min(returns) == row["min"] and max(returns) == row["max"], f"{line} does not fit {dict(row)}")
    return f"{len(evaluations)} evaluations"


@check
def summaries_are_json(tools):
    folder = tools.run()
    summary = json.loads((folder / "summary.json").read_text())
    for key in ["steps", "seconds", "stepsPerSecond", "episodes", "finalEvaluation", "bestEvaluation"]:
        expect(key in summary, f"summary.json has no {key!r}: {sorted(summary)}")
    for key in ["mean", "std", "episodes", "step"]:
        expect(key in summary["finalEvaluation"], f"finalEvaluation has no {key!r}")
    # A run ends on whole iterations, at or a little after the steps asked for.
    expect(summary["steps"] >= 3000, f"{summary['steps']} steps were taken, not 3000")
    run = json.loads((folder / "run.json").read_text())
    expect(isinstance(run, dict) and run, "run.json is no object")
    return f"run.json with {', '.join(sorted(run))}"
