// What the command line asks of an agent, wherever that runs: inside of the command, or beside it over the control
// socket. Requests and replies are JSON objects; "error" in a reply is a sentence for people.
#pragma once

#include <asio/awaitable.hpp>

#include "bot/agent.h"

namespace apiops {

// op: "say" {as, text, thread} → {thread, document}
//     "click" {as, thread, token, typed} → {thread, document} · "doctor" → {checks}
//     "decide" {as, plan, verdict, reason} → {document, card}; waits until an approved plan has come to its end
//     "plans" {all} → {plans: [{number, title, risk, state, asked_by, fingerprint}]} · "plan" {plan} → {card}
//     "audit" {person, resource, text} → {lines: [JSON text]} · "audit_verify" → {sound, chains, records, faults}
//     "status" → {demo, url}
asio::awaitable<Json> handle_request(Agent& agent, Json request);

}  // namespace apiops
