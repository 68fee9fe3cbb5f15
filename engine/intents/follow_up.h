// What a message means in a thread: the answer to a question back, a changed slot ("and for Stripe?", "no, the 628
// one"), or something said of the last thing ("show it").
#pragma once

#include <optional>

#include "engine/intents/reduce.h"
#include "engine/intents/rule_set.h"
#include "engine/intents/understand.h"

namespace apiops {

// "cancel", "never mind": ends the question that was asked back.
bool leaves_it(const Reduced& message);

// The merged slots, where the message goes on with `thread`. `own`: it also reads as a new question of its own, so only
// an unmistakable follow-up ("same for Twilio") is taken for one.
std::optional<Understanding> follow_up(const Reduced& message, const IntentRule& rule, const Context& thread, bool own);

// Slots that “it”, “that”, “them” stand for, put in from the thread's memory.
void resolve_pronouns(Understanding& meaning, const IntentRule& rule, const Reduced& message, const Context& thread);

// "disable it" with the thread's last thing in its place: "disable we_…"; empty where there is none to put.
std::string with_pronoun_named(std::string_view said, const Reduced& message, const Context& thread);

// The things that this meaning names, kept for the next pronoun.
void keep_in_memory(const Understanding& meaning, Json& memory);

}  // namespace apiops
