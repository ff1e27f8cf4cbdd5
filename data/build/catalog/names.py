"""What a model's name tells: the key under which copies meet, the size it claims, who publishes originals."""

from __future__ import annotations

import re

# Organisations that publish models of their own; a repository of the same name elsewhere is a copy of theirs.
PUBLISHERS = frozenset(
    """01-ai ai21labs AIDC-AI ai-forever ai-sage AI-Sweden-Models Alibaba-NLP allenai answerdotai apple arcee-ai Aleph-Alpha
    BAAI baichuan-inc baidu berkeley-nest bigcode bigscience ByteDance-Seed bytedance cerebras cognitivecomputations CohereForAI
    CohereLabs cyberagent databricks deepseek-ai dicta-il distilbert EleutherAI elyza facebook FacebookAI FlagAlpha google
    google-bert google-t5 HuggingFaceH4 HuggingFaceTB huawei-noah huggyllama ibm-granite IDEA-CCNL inceptionai inclusionAI
    internlm intfloat jinaai kakaocorp LGAI-EXAONE lightonai LiquidAI llm-jp llava-hf lmsys LumiOpen meituan-longcat
    meta-llama meta-models microsoft MiniMaxAI mistralai mixedbread-ai moonshotai mosaicml naver-hyperclovax nomic-ai
    NovaSky-AI nvidia openai openai-community openbmb openchat OpenGVLab ornith-ai poolside PrimeIntellect princeton-nlp Qwen
    rinna Salesforce sarvamai sbintuitions sentence-transformers ServiceNow-AI Skywork Snowflake speakleash stabilityai
    stepfun-ai stockmark swiss-ai tencent teknium THUDM tiiuae togethercomputer tokyotech-llm upstage utter-project
    vikhyatk WizardLM WizardLMTeam XiaomiMiMo xai-org zai-org Zyphra""".split()
)

# Organisations that mostly re-package what others publish.
REPACKAGERS = frozenset(
    """mlx-community lmstudio-community TheBloke bartowski mradermacher onnx-community Xenova QuantTrio cyankiwi unsloth
    SillyTilly NexVeridian casperhansen solidrust nightmedia ailexleon pipenetwork deepsweet inferencerlabs TechxGenus
    stelterlab neuralmagic RedHatAI Featherless-Chat-Models alpindale NousResearch FriendliAI Gensyn MaziyarPanahi""".split()
)

# Names that a publisher gave up for another; models under both are one.
_RENAMED = {"CohereForAI": "CohereLabs", "THUDM": "zai-org", "neuralmagic": "RedHatAI", "WizardLM": "WizardLMTeam"}

_SIZE = re.compile(r"(?<![a-z0-9.])(?:(\d+)x)?(\d+(?:[._]\d+)?)(b|t|m)(?![a-z0-9])")
_UNIT = {"m": 1e6, "b": 1e9, "t": 1e12}


def organisation_key(organisation: str | None) -> str:
    """The organisation, under its present name, lower case."""
    return _RENAMED.get(organisation or "", organisation or "").lower()


def key(name: str) -> str:
    """The spelling-independent form of a model's name without its organisation."""
    text = re.sub(r"[-_\s]+", "-", name.lower()).strip("-")
    text = re.sub(r"^(meta-)(?=llama)", "", text)
    return re.sub(r"^(llama-2-\d+b(?:-chat)?)-hf$", r"\1", text)


def sizes(name: str) -> list[float]:
    """Parameter counts that a name claims: "Mixtral-8x7B" 56e9, "internlm2_5-1_8b" 1.8e9; active counts (A3B) left out."""
    text = name.lower()
    if re.search(r"\d+b-\d+e(?![a-z0-9])", text):  # Llama-4-Scout-17B-16E names its active size
        return []
    found = []
    for experts, number, unit in _SIZE.findall(text.replace("_", ".") if re.search(r"\d_\d+b", text) else text):
        found.append(float(number.replace("_", ".")) * _UNIT[unit] * int(experts or 1))
    return found
