// What is told about a command line that can't be understood: the mistake, and the nearest right thing.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace apiops {

// A whole number within bounds, for CLI::Option::check.
CLI::Validator whole_number(long long least, long long most);
inline CLI::Validator port_number() { return whole_number(0, 65'535); }

// Each prints its sentence and returns kMisuse.
// A word that is no option, command or argument: "unknown option “--prot” (did you mean “--port”?)".
int unknown_word(const CLI::App& root, const CLI::App& chosen, const std::string& word);
// A word that is none of the choices: "unknown service “twilo” (did you mean “twilio”?)".
int unknown_choice(const std::string& what, const std::string& word, const std::vector<std::string>& choices);
// What CLI11 found: a missing argument, a value out of bounds.
int malformed(const CLI::App& chosen, const CLI::ParseError& error);

}  // namespace apiops
