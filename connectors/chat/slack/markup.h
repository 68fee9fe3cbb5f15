// Slack's own notation, in and out. What comes from outside is escaped before it is drawn; what people wrote is read
// back to plain words before any rule sees it (facts on Slack, section 13). Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace apiops::slack {

// & < > and nothing else, the ampersand first: no mention, link or broadcast of foreign text comes to life.
std::string escape(std::string_view text);

// A person's message as words: links, mail and phone links as what they show or lead to, mentions of `bot_user` taken
// away, other mentions as "@U123", channels as "#name", entities decoded last.
std::string plain(std::string_view text, std::string_view bot_user);

// Does the text mention that user?
bool mentions(std::string_view text, std::string_view user);

// The first `most` characters (UTF-16 units: the smaller count of the two that Slack may mean), never inside of a
// character.
std::string_view cut(std::string_view text, std::size_t most);
std::size_t length(std::string_view text);

}  // namespace apiops::slack
