"""Advisor: the one object behind the library, the command line and the service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from advisor.catalog.build import Progress, query
from advisor.catalog.snapshot import home, open_snapshot
from advisor.catalog.store import Store
from advisor.domain.base import Frozen
from advisor.domain.errors import AdvisorError, InvalidInput, Problem, UnknownLicense, UnknownModel, together
from advisor.domain.hardware import Hardware
from advisor.domain.license import LicenseUse, LicenseVerdict, Mix, Product
from advisor.domain.measured import Measured
from advisor.domain.model import ON_HUB, ModelRecord
from advisor.domain.recommendation import Comparison, Offer, Recommendation, Replay, Sized, Sizing, SizingReport
from advisor.domain.requests import CompatibilityRequest, EstimateRequest
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import Task
from advisor.explain.answer import compose
from advisor.explain.comparison import Load, compare
from advisor.explain.contributions import explained
from advisor.explain.judge import Judge
from advisor.explain.own import measured_for, widened, with_measurements
from advisor.explain.replay import replay
from advisor.explain.tradeoffs import tradeoffs
from advisor.explain.what_if import what_would_change
from advisor.features.encoder import TextEncoder
from advisor.features.known_names import KnownNames
from advisor.features.licenses import contradictions, with_license_ids
from advisor.features.named import with_model_ids
from advisor.features.need import read_need
from advisor.license.book import LicenseBook
from advisor.license.check import Checker
from advisor.license.compatibility import mix
from advisor.parallel import Answer, answer_many
from advisor.ranking.constraints import verdicts_of
from advisor.ranking.contamination import without_training_data
from advisor.ranking.index import Index, open_index
from advisor.ranking.lineage import Lineage
from advisor.ranking.ranker import Ranker
from advisor.ranking.select import select
from advisor.sizing.devices import DeviceBook
from advisor.sizing.published import published

if TYPE_CHECKING:
    from advisor.domain.verification import Verification
    from advisor.sizing.weights import ReadModel


Asked = TypeVar("Asked", bound=Frozen)
_NAMES_OF_ESTIMATE = {"model_id", "hardware", "compare_to"}
_HUB_OFF = Problem(
    "model_id",
    "this service does not ask the hub",
    "a model of the catalog; who runs the service may allow more: ADVISOR_API_HUB_ESTIMATES=true, or advisor mcp --hub",
)


class _Use(NamedTuple):
    """What is computed once for a use."""

    judge: Judge
    verdicts: NDArray[np.int8]
    """(n_license_groups,) position in `Verdict`."""


class Advisor:
    """Answers requirements from an opened snapshot. Thread-safe; opening once and sharing it is meant."""

    def __init__(
        self, store: Store, book: LicenseBook, devices: DeviceBook, encoder: TextEncoder, index: Index
    ) -> None:
        self.store = store
        self.book = book
        self.devices = devices
        self.encoder = encoder
        self.index = index
        self._names = KnownNames(store, devices, book)
        self._lineage = Lineage(store)
        # Of a function without self: an Advisor in no cycle closes its snapshot when its last user lets go of it.
        self._clean = lru_cache(maxsize=None)(partial(without_training_data, store, index))
        self._uses = lru_cache(maxsize=64)(partial(_judge_all, index, book, self._lineage))

    @classmethod
    def open(cls, snapshot: Path | None = None, progress: Progress | None = None) -> Self:
        """Open the catalog, building its snapshot and index on first use.

        Raises:
            CatalogError: the snapshot or the facts cannot be used.
        """
        report = progress or (lambda what, share: None)
        store = Store(open_snapshot(snapshot, lambda what, share: report(what, 0.3 * share)))
        book = LicenseBook.from_rows(
            store.rows("FROM licenses"), store.rows("FROM license_aliases"), store.rows("FROM license_overrides")
        )
        devices = DeviceBook(
            store.rows("FROM hardware"),
            store.rows("FROM hardware_aliases"),
            store.rows("FROM prices"),
            lru_cache(maxsize=256)(partial(_published, store)),
        )
        encoder = TextEncoder.open()
        index = open_index(store, book, encoder, lambda what, share: report(what, 0.3 + 0.7 * share))
        return cls(store, book, devices, encoder, index)

    @cached_property
    def ranker(self) -> Ranker:
        """The trained ranker, opened when first asked for.

        Raises:
            NotAvailable: it is missing or made for other features.
        """
        return Ranker.open()

    def parse(self, kind: type[Asked], document: Any) -> Asked:
        """A request from untrusted input; text is JSON.

        Raises:
            InvalidInput: naming every bad field, the names that nothing here has included.
        """
        try:
            return kind.parse(document)
        except InvalidInput as error:
            try:
                raw = from_json(document) if isinstance(document, str | bytes) else document
            except ValueError:
                raise error from None
            raise self.with_names(error, kind, raw) from None

    def with_names(self, error: InvalidInput, kind: type[Frozen], document: Any) -> InvalidInput:
        """What is wrong with a request, and beside it the names in its other fields that nothing here has."""
        told = {problem.field.partition(".")[0] for problem in error.problems}
        more = [each for each in self._names.errors(kind, document) if not {p.field for p in each.problems} & told]
        return together([error, *more])

    def recommend(
        self,
        requirements: Requirements | dict[str, Any],
        *,
        what_if: bool = False,
        with_tradeoffs: bool = False,
        with_contributions: bool = False,
    ) -> Recommendation:
        """The models to use for a need.

        Args:
            requirements: The need.
            what_if: Also compute `what_would_change`: one more ranking, at most two, for each constraint.
            with_tradeoffs: Also compute `tradeoffs`: memory and speed of the best hundred models.
            with_contributions: Also compute `contributions` of every pick: what its place is made of.

        Raises:
            InvalidInput: naming every bad field, unknown devices and models included.
        """
        asked = requirements if isinstance(requirements, Requirements) else self.parse(Requirements, requirements)
        asked, no_models = with_model_ids(asked, self.store)
        asked, no_licenses = with_license_ids(asked, self.book)
        unknown = (*no_models, *no_licenses)
        try:
            need = read_need(asked, self.encoder, self.devices)
        except InvalidInput as error:
            raise InvalidInput([*unknown, *error.problems]) if unknown else error from None
        if problems := unknown or contradictions(need.requirements, self.book):
            raise InvalidInput(problems)
        avoid = need.requirements.contamination == "avoid"
        arena = self._clean(need.info.arena) if avoid else self.index.arena(need.info.arena)
        use = self._uses(need.requirements.use.model_dump_json())
        ranker = self.ranker.arena(need.info.arena)
        selection = select(self.index, arena, ranker, need, use.verdicts)
        kept = measured_for(asked, need.task)
        wanted = widened(asked) if kept else asked
        answer = compose(self.store, self.index.models, arena, use.judge, wanted, need, selection, self.ranker.id)
        if kept:
            answer = with_measurements(answer, asked, kept)
        more: dict[str, Any] = {}
        if what_if:
            more["what_would_change"] = what_would_change(self.store, self.index.models, arena, use.judge, selection)
        if with_tradeoffs:
            more["tradeoffs"] = tradeoffs(self.store, self.index.models, arena, need, selection)
        if with_contributions and answer.picks:
            more["picks"] = explained(answer.picks, self.index.models, ranker, selection)
        return answer.model_copy(update=more) if more else answer

    def replay(self, recorded: Recommendation) -> Replay:
        """A recorded answer, computed again from the need that it carries, and what differs.

        The catalog is the one that is open; `advisor.catalog.snapshot.snapshot_of` finds that of the recorded answer.
        """
        what_if, plotted = bool(recorded.what_would_change), bool(recorded.tradeoffs)
        told = any(pick.contributions for pick in recorded.picks)
        again = self.recommend(recorded.requirements, what_if=what_if, with_tradeoffs=plotted, with_contributions=told)
        return replay(recorded, again)

    def recommend_many(
        self, requirements: Iterable[Requirements], workers: int = 1
    ) -> Iterator[Recommendation | AdvisorError]:
        """Answers in the order of the requests, by `workers` processes.

        The error of a request (an unknown device, say) is yielded in its place and stops nothing.
        """
        return answer_many(requirements, self.recommend, _open_answer, workers)

    def compare(self, model_ids: Sequence[str], requirements: Requirements | None = None) -> Comparison:
        """Models side by side: scores, size, license verdict for the use of `requirements`, and memory by precision, on
        the device and for the load that they state.

        Raises:
            UnknownModel, UnknownHardware: a name is not known; carries suggestions.
            InvalidInput: several are not, or there is no list of names.
        """
        if isinstance(model_ids, str):
            raise InvalidInput(
                [Problem("model_ids", f"{model_ids!r} is one name", f"a list of names, [{model_ids!r}]")]
            )
        use = requirements.use if requirements else LicenseUse()
        languages = requirements.languages if requirements else ()
        return compare(self.store, self.index, self._judge(use), model_ids, self._load_of(requirements), languages)

    def _load_of(self, requirements: Requirements | None) -> Load | None:
        """What memory is reckoned for: the device, context and requests at once that are asked for."""
        if requirements is None:
            return None
        asked = requirements.hardware
        device = self.devices.parse(asked) if isinstance(asked, str) else asked
        return Load(device, requirements.context_tokens, requirements.concurrency)

    def check_license(self, license_or_model: str, use: LicenseUse) -> LicenseVerdict:
        """Whether a use is allowed. Information, not legal advice.

        Raises:
            UnknownLicense: neither a license nor a model.
        """
        judge = self._judge(use)
        if self._names.is_license(license_or_model):
            return judge.checker.explain(license_or_model)
        try:
            record = self.store.model(license_or_model)
        except UnknownModel as error:
            if (alone := self.book.named(license_or_model)) is not None:
                return judge.checker.explain(alone)
            close = (*self.book.closest(license_or_model), *error.suggestions)
            raise UnknownLicense(license_or_model, close) from None
        return judge.model(record)

    def check_compatibility(
        self, licenses_or_models: Sequence[str], product: Product, use: LicenseUse | None = None
    ) -> Mix:
        """Whether licenses can live in one product. Information, not legal advice.

        Args:
            licenses_or_models: Two or more; a model stands for its license and those of its base models.
            product: Side by side in a closed-source product, or merged into one set of weights.
            use: Further facts of the use; commercial by default.

        Raises:
            UnknownLicense: neither a license nor a model.
            InvalidInput: fewer than two, or several are neither.
        """
        if len(licenses_or_models) < 2:
            raise InvalidInput([Problem("licenses_or_models", "one cannot be compared", "two or more")])
        if unknown := self._names.errors(CompatibilityRequest, {"licenses_or_models": licenses_or_models}):
            raise together(unknown)
        return mix(self.book, [self._licenses_of(name) for name in licenses_or_models], product, use)

    def _licenses_of(self, name: str) -> str:
        """A license as it is; of a model, all that apply to it as one expression."""
        if self._names.is_license(name):
            return name
        verdict = self.check_license(name, LicenseUse())
        return " AND ".join(dict.fromkeys(f"({link.license_id})" for link in verdict.chain))

    def estimate(
        self,
        model_id: str | Path | ReadModel,
        hardware: str | Hardware,
        context_tokens: int | None = None,
        concurrency: int = 1,
        cache_type: str = "fp16",
    ) -> Sizing:
        """Memory, speed, energy and cost of a model's variants on a device.

        Args:
            model_id: A model of the catalog, with ":q4_k_m" after it for one precision, or "hub:org/name" as
                `read_model` takes it; as a `Path`, a GGUF or safetensors file or a folder of them.
            hardware: A name, or a specification.
            context_tokens: Tokens of a request; 4,096 of generation and 512 of a text if None.
            concurrency: Requests at once.
            cache_type: Type of the KV cache: fp16, fp8, q8_0 or q4_0.

        Raises:
            UnknownModel, UnknownHardware: with suggestions.
            InvalidInput: the file or repository holds no model.
            NotAvailable: the hub cannot be asked.
        """
        from advisor.sizing.report import size_model
        from advisor.sizing.stated import stated_variant

        device = self.devices.parse(hardware) if isinstance(hardware, str) else hardware
        record, found = self._to_size(model_id)
        only = found.variants if found else ()
        stated = stated_variant(model_id, record) if isinstance(model_id, str) and found is None else None
        sizing = size_model(
            record, device, context_tokens, concurrency, only=only, cache_type=cache_type, stated=stated
        )
        return sizing.model_copy(update={"weights_read": found.read}) if found else sizing

    def read_model(self, location: str | Path) -> ReadModel:
        """What the headers of weight files tell, for `estimate` and `offers` to be asked more than once.

        Args:
            location: As a `Path`, a GGUF or safetensors file or a folder of them; else a repository of the Hugging Face
                hub, of which no weight is fetched: "hub:org/name", with "@revision", ":q4_k_m" or "/file.gguf" after it
                where needed. What the catalog knows of the model is added.

        Raises:
            InvalidInput: there is no model, or a header is damaged.
            NotAvailable: the hub cannot be asked.
        """
        if isinstance(location, Path):
            from advisor.sizing.files import read_model

            return read_model(location)
        from advisor.sizing.weights import as_known
        from advisor.verify.sources.weights import read_hub_model

        found = read_hub_model(location)
        known = self.store.named(found.record.model_id)
        record = known and as_known(found.record, self.store.model(known))
        return found.under(record) if record else found

    def estimate_for(self, asked: EstimateRequest, *, hub: bool = False) -> SizingReport:
        """The same for a request of somebody else, with the other device and the offers that it asks for.

        Args:
            asked: The request.
            hub: Whether it may make this machine ask the Hugging Face hub.

        Raises:
            UnknownModel, UnknownHardware: with suggestions.
            InvalidInput: the model is one of the hub, and there is none or it may not be asked.
            NotAvailable: the hub cannot be asked.
        """
        if unknown := self._names.errors(EstimateRequest, asked.model_dump(include=_NAMES_OF_ESTIMATE)):
            raise together(unknown)
        load = (asked.context_tokens, asked.concurrency)
        model: str | ReadModel = asked.model_id
        if asked.model_id.startswith(ON_HUB):
            if not hub:
                raise InvalidInput([_HUB_OFF])
            model = self.read_model(asked.model_id)
        sizing = self._sized(model, asked)
        other, offers = None, []
        if asked.compare_to is not None:
            other = self.estimate(model, asked.compare_to, *load, asked.cache_type)
        if asked.cheapest:
            least, most = asked.min_tokens_per_s, asked.max_loss_percent
            offers = self.offers(model, *load, min_tokens_per_s=least, max_loss=most)
        return SizingReport(**dict(sizing), compared_to=other, offers=tuple(offers))

    def _sized(self, model: str | ReadModel, asked: EstimateRequest) -> Sized:
        """A model on the device that is asked for; without one, only what it is under the load."""
        if asked.hardware is not None:
            return self.estimate(model, asked.hardware, asked.context_tokens, asked.concurrency, asked.cache_type)
        from advisor.sizing.report import unplaced

        record, found = self._to_size(model)
        sized = unplaced(record, asked.context_tokens, asked.concurrency)
        return sized.model_copy(update={"weights_read": found.read}) if found else sized

    def offers(
        self,
        model_id: str | Path | ReadModel,
        context_tokens: int | None = None,
        concurrency: int = 1,
        *,
        min_tokens_per_s: float | None = None,
        max_loss: float | None = None,
    ) -> list[Offer]:
        """The listed machines for rent that run a model within the limits, least rent first.

        Args:
            model_id: A model as in `estimate`.
            context_tokens: Tokens of a request; 4,096 of generation and 512 of a text if None.
            concurrency: Requests at once.
            min_tokens_per_s: Least speed of one request.
            max_loss: Most loss of score to quantisation, percent.

        Raises:
            UnknownModel: with suggestions.
            InvalidInput: the file or repository holds no model.
            NotAvailable: the hub cannot be asked.
        """
        from advisor.sizing.offers import offers
        from advisor.sizing.stated import stated_variant

        record, found = self._to_size(model_id)
        only = found.variants if found else ()
        if isinstance(model_id, str) and found is None and (stated := stated_variant(model_id, record)):
            only = (stated,)
        return offers(
            record, self.devices, context_tokens, concurrency,
            only=only, min_tokens_per_s=min_tokens_per_s, max_loss=max_loss,
        )  # fmt: skip

    def why_unsized(self, model_id: str | Path | ReadModel) -> str | None:
        """What keeps a model, named as in `estimate`, from being sized on any device; None if nothing does."""
        from advisor.sizing.report import why_unsized

        return why_unsized(self._to_size(model_id)[0])

    def _to_size(self, model: str | Path | ReadModel) -> tuple[ModelRecord, ReadModel | None]:
        """The record that is meant, and what files tell of it where they are meant."""
        if isinstance(model, str) and not model.startswith(ON_HUB):
            return self.store.model(model), None
        found = self.read_model(model) if isinstance(model, str | Path) else model
        return found.record, found

    def verify(
        self,
        data: Path | str,
        picks: Recommendation | None = None,
        candidates: Sequence[str] = (),
        task: Task | str | None = None,
        *,
        files: Mapping[str, str] | None = None,
        data_options: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        folder: Path | None = None,
        project: str | None = None,
        record: bool = True,
        progress: Progress | None = None,
    ) -> Verification:
        """Measure the picks of an answer, or named candidates, on this machine and the user's data.

        Args:
            data: CSV, JSONL, Parquet, or a folder.
            picks: the answer whose picks are measured, the first one first.
            candidates: more of them: "path:FOLDER", "package:NAME", "hub:ORG/NAME", "endpoint:URL#MODEL".
            task: what is measured; by default what the answer was asked for.
            files: where the files of a pick are, as a candidate, by model id.
            data_options: fields of `advisor.verify.data.DataOptions`.
            settings: fields of `advisor.verify.settings.Settings`.
            folder: of this verification; by default one under `ADVISOR_HOME` by its id.
            project: whose later answers use the quality; by default the name of the need behind `picks`.
            record: keep what was measured for later answers and estimates, privately.
            progress: told what is being done.

        Raises:
            InvalidInput: naming every bad field.
            NotAvailable: the extra `verify` is not installed.
        """
        from advisor.verify.after.remember import remember
        from advisor.verify.after.teach import teach
        from advisor.verify.request import make_request
        from advisor.verify.run import Verifier

        request = make_request(data, picks, candidates, task, files or {}, data_options or {}, settings or {})
        found = Verifier(request, home(), folder).run(progress or (lambda what, share: None))
        if record:
            remember(found, project or request.project)
            teach(found, self.store)
        return found

    def close(self) -> None:
        """Close the snapshot."""
        self.store.close()

    def _judge(self, use: LicenseUse) -> Judge:
        return Judge(Checker(self.book, use), self._lineage)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _judge_all(index: Index, book: LicenseBook, lineage: Lineage, use: str) -> _Use:
    """The verdicts for a use, given as JSON so that it can be a key."""
    judge = Judge(Checker(book, LicenseUse.model_validate_json(use)), lineage)
    return _Use(judge, verdicts_of(index.models, judge.checker))


def _published(store: Store, device: str) -> tuple[Measured, ...]:
    return published(store.rows(query("measured"), [device]))


def _open_answer() -> Answer:
    return Advisor.open().recommend
