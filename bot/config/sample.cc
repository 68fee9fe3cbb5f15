#include "bot/config/config.h"

namespace apiops {

std::string config_sample() {
  return R"yaml(# apiops: the configuration. Everything here is optional; what is written is the default, or an example where it says so.
# Credentials are never written here: they come from the environment (TWILIO_AUTH_TOKEN …) or from files (TWILIO_AUTH_TOKEN_FILE …).

# home: /var/lib/apiops          # store, control socket; the default is the user's state directory
zone: UTC                        # people's time zone, where they have none of their own
country: US                      # of phone numbers without a country code

console:
  listen: 127.0.0.1
  port: 8642

# health:
#   port: 8643                   # /livez and /readyz

masking:
  personal_data: true            # mask phone numbers and e-mail addresses of customers
  own: []                        # numbers and addresses of yours that stay readable, besides those found in the account

alerts:
  channel: "#alerts"
  every: 60s                     # how often error rates are read

probes:
  allow: []                      # internal hosts that webhooks point to, as host:port

base_urls:
  allow: []                      # hosts besides the services' own that may receive the credentials

# audit:
#   heads_file: /mnt/other-disk/apiops-heads.jsonl  # a second place for the audit trail's signed heads
#   keep: 9600h  # older records go, up to a signed head; left out: for ever
# intents:
#   folder: /etc/apiops/intents    # your own rules, on top of the built-in ones; read again when a file changes

# errors:
#   file: /etc/apiops/errors.yaml  # your own meanings of error codes

limits:
  asks_a_minute: 30              # of one person
  inbox: 100000                  # events that wait; above it people are told to send theirs again

# slack:                          # with SLACK_APP_TOKEN and SLACK_BOT_TOKEN in the environment; see “apiops manifest slack”
#   alerts_channel: C0123456789   # ids, not names: channel details, at the bottom
#   approvers_channel: C0123456789
#   home_channel: C0123456789     # the agent's own trouble, and doctor's test message
#   listen: []                    # channels where messages count without a mention; what I don't understand there I leave alone
#   listen_for: []                # only messages there that hold one of these words; empty: all
#   groups: {S0123456789: ops-leads}  # members of a Slack user group belong to a group of the policy

people:                          # an example; identities: [{platform: slack, workspace: T0123456789, user: U0123456789}]
  - id: ana
    name: Ana
    role: support lead
    groups: [support]
    unix_user: ana               # who this is on the command line
  - id: ben
    name: Ben
    role: on-call engineer
    groups: [ops, ops-leads]

policy:                          # or the name of a file that holds this mapping; read anew when it changes
  rules:                         # the first rule that fits decides; what no rule names is refused
    - risks: [test]
      approvers: [ops, support]
      requester_may_confirm: true
    - operations: [stripe.payment.refund]  # an amount that is not known, or in another currency, is above any bound
      above: 200 usd
      one_of_each: [ops-leads, support]    # one person never stands for two groups
      typed_confirmation: true             # the plan's code is typed, a click is not enough
    - risks: [change]
      approvers: [ops]
      open_for: 4h
      remind_before: 30m
    - risks: [spend, delete, auth] # never approved by who asked
      approvers: [ops-leads]
      votes: 1
      open_for: 30m
#     escalate_after: 10m        # nobody has decided: these may approve as well, and hear of it
#     escalate_to: [support]
#     may_ask: [ops, support]    # besides: services, environments: [live], channels: ["#ops"], hours: mon-fri 09:00-18:00
#   - operations: [openai.project.archive]
#     never: archive it in the console   # never from chat
  freezes: []                    # [{because: Black Friday, from: 2026-11-27, to: 2026-12-01, risks: [change, spend]}, {weekly: fri 16:00-24:00}]
  spending: []                   # [{name: refunds, operations: [stripe.payment.refund], most: 500 usd, window: day, each: person}]
  autofix: {}                    # what may be switched on in chat: {config: {most_an_hour: 3}, rate_limit: {}, bad_params: {}}
  hearing:                       # who gets a card of every plan, besides the thread it was asked in
    channels: []                 # [{connector: slack, workspace: T0123456789, channel: C0123456789}]
    direct_messages: false       # each approver
    mention: false               # cards, reminders and escalations mention who can approve (@name, a user group of slack: groups)
# break_glass:                   # one person of this group approves alone, with a typed reason; off unless it is here
#   role: ops-leads
#   tell: {connector: slack, workspace: T0123456789, channel: C0123456789}  # hears of it at once
)yaml";
}

std::string config_schema() {
  return R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "apiops configuration",
  "type": "object",
  "additionalProperties": false,
  "$defs": {
    "texts": {"type": "array", "items": {"type": "string"}},
    "span": {"type": "string", "pattern": "^[1-9][0-9]{0,5}[smh]$"},
    "port": {"type": "integer", "minimum": 0, "maximum": 65535},
    "money": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? [A-Za-z]{3}$"},
    "risks": {"type": "array", "items": {"enum": ["test", "change", "spend", "delete", "auth"]}},
    "hours": {"type": "string", "description": "mon-fri 09:00-18:00"},
    "place": {"type": "object", "additionalProperties": false, "required": ["connector", "channel"], "properties": {
      "connector": {"enum": ["console", "slack", "discord"]}, "workspace": {"type": "string"}, "channel": {"type": "string"}}},
    "rule": {"type": "object", "additionalProperties": false, "properties": {
      "risks": {"$ref": "#/$defs/risks"}, "operations": {"$ref": "#/$defs/texts"}, "services": {"$ref": "#/$defs/texts"},
      "environments": {"$ref": "#/$defs/texts"}, "channels": {"$ref": "#/$defs/texts"}, "hours": {"$ref": "#/$defs/hours"},
      "above": {"$ref": "#/$defs/money"}, "up_to": {"$ref": "#/$defs/money"},
      "may_ask": {"$ref": "#/$defs/texts"}, "approvers": {"$ref": "#/$defs/texts"}, "one_of_each": {"$ref": "#/$defs/texts"},
      "votes": {"type": "integer", "minimum": 1, "maximum": 10}, "requester_may_confirm": {"type": "boolean"},
      "typed_confirmation": {"type": "boolean"}, "never": {"type": "string"}, "open_for": {"$ref": "#/$defs/span"},
      "remind_before": {"$ref": "#/$defs/span"}, "escalate_after": {"$ref": "#/$defs/span"}, "escalate_to": {"$ref": "#/$defs/texts"}}},
    "freeze": {"type": "object", "additionalProperties": false, "properties": {
      "risks": {"$ref": "#/$defs/risks"}, "operations": {"$ref": "#/$defs/texts"}, "services": {"$ref": "#/$defs/texts"},
      "environments": {"$ref": "#/$defs/texts"}, "channels": {"$ref": "#/$defs/texts"}, "because": {"type": "string"},
      "from": {"type": "string"}, "to": {"type": "string"}, "weekly": {"$ref": "#/$defs/hours"}}},
    "limit": {"type": "object", "additionalProperties": false, "required": ["name", "most"], "properties": {
      "risks": {"$ref": "#/$defs/risks"}, "operations": {"$ref": "#/$defs/texts"}, "services": {"$ref": "#/$defs/texts"},
      "environments": {"$ref": "#/$defs/texts"}, "channels": {"$ref": "#/$defs/texts"}, "name": {"type": "string"},
      "most": {"$ref": "#/$defs/money"}, "each": {"enum": ["team", "person", "operation"]}, "window": {"enum": ["hour", "day", "month"]}}},
    "autofix": {"type": "object", "additionalProperties": false, "properties": {
      "operations": {"$ref": "#/$defs/texts"}, "services": {"$ref": "#/$defs/texts"},
      "most_an_hour": {"type": "integer", "minimum": 1, "maximum": 100}}},
    "policy": {"type": "object", "additionalProperties": false, "properties": {
      "rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}}, "freezes": {"type": "array", "items": {"$ref": "#/$defs/freeze"}},
      "spending": {"type": "array", "items": {"$ref": "#/$defs/limit"}},
      "break_glass": {"type": "object", "additionalProperties": false, "required": ["role", "tell"], "properties": {
        "role": {"type": "string"}, "tell": {"$ref": "#/$defs/place"}}},
      "autofix": {"type": "object", "additionalProperties": false, "properties": {
        "config": {"$ref": "#/$defs/autofix"}, "rate_limit": {"$ref": "#/$defs/autofix"}, "bad_params": {"$ref": "#/$defs/autofix"}}},
      "hearing": {"type": "object", "additionalProperties": false, "properties": {
        "channels": {"type": "array", "items": {"$ref": "#/$defs/place"}}, "direct_messages": {"type": "boolean"}, "mention": {"type": "boolean"}}}}}
  },
  "properties": {
    "home": {"type": "string"},
    "zone": {"type": "string", "default": "UTC"},
    "country": {"type": "string", "default": "US"},
    "console": {"type": "object", "additionalProperties": false, "properties": {"listen": {"type": "string"}, "port": {"$ref": "#/$defs/port"}}},
    "health": {"type": "object", "additionalProperties": false, "properties": {"port": {"$ref": "#/$defs/port"}}},
    "masking": {"type": "object", "additionalProperties": false, "properties": {"personal_data": {"type": "boolean"}, "own": {"$ref": "#/$defs/texts"}}},
    "alerts": {"type": "object", "additionalProperties": false, "properties": {"channel": {"type": "string"}, "every": {"$ref": "#/$defs/span"}}},
    "probes": {"type": "object", "additionalProperties": false, "properties": {"allow": {"$ref": "#/$defs/texts"}}},
    "base_urls": {"type": "object", "additionalProperties": false, "properties": {"allow": {"$ref": "#/$defs/texts"}}},
    "audit": {"type": "object", "additionalProperties": false, "properties": {"heads_file": {"type": "string"}, "keep": {"$ref": "#/$defs/span"}}},
    "errors": {"type": "object", "additionalProperties": false, "properties": {"file": {"type": "string"}}},
    "limits": {"type": "object", "additionalProperties": false, "properties": {"asks_a_minute": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 30}, "inbox": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 100000}}},
    "intents": {"type": "object", "additionalProperties": false, "properties": {"folder": {"type": "string"}}},
    "slack": {"type": "object", "additionalProperties": false, "properties": {
      "sockets": {"type": "integer", "minimum": 1, "maximum": 4, "default": 2}, "listen": {"$ref": "#/$defs/texts"}, "listen_for": {"$ref": "#/$defs/texts"},
      "alerts_channel": {"type": "string"}, "approvers_channel": {"type": "string"}, "home_channel": {"type": "string"},
      "no_pace": {"type": "boolean", "default": false, "description": "for measurements against a loopback address"},
      "groups": {"type": "object", "additionalProperties": {"type": "string"}}}},
    "people": {"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["id"], "properties": {
      "id": {"type": "string"}, "name": {"type": "string"}, "role": {"type": "string"}, "zone": {"type": "string"}, "groups": {"$ref": "#/$defs/texts"},
      "active": {"type": "boolean"}, "unix_user": {"type": "string"},
      "identities": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {
        "platform": {"type": "string"}, "workspace": {"type": "string"}, "user": {"type": "string"}}}}}}},
    "policy": {"anyOf": [{"type": "string", "description": "a file beside this one that holds the policy"},
      {"type": "array", "items": {"$ref": "#/$defs/rule"}}, {"$ref": "#/$defs/policy"}]}
  }
}
)json";
}

}  // namespace apiops
