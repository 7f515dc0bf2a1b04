"""Platform, legal and house rules as dated, sourced data: one TOML file a subject, read by ``rules.load()``."""

from recovery_plan.rules.book import Rule, RuleBook, load

__all__ = ["Rule", "RuleBook", "load"]
