// Which addresses the agent never touches, and what the configuration allows all the same. Pure functions; url_guard.h
// says what they are for.
#pragma once

#include <string>
#include <string_view>

#include "connectors/net/url_guard.h"

namespace apiops::net {

// The same address in the one spelling that comparison needs ("::1"); empty where it is none.
std::string normal_address(std::string_view numeric);

// An entry "host:port" of the allow list names this host.
bool allows_host(const UrlRules& rules, std::string_view host, int port);

// An entry "10.1.0.0/16:8443" (or an exact "10.1.2.3:8443") of the allow list covers this address.
bool allows_address(const UrlRules& rules, std::string_view address, int port);

// Some entry of the allow list names this port.
bool allows_port(const UrlRules& rules, int port);

// "a private address", "an unspecified address", "the agent's own address".
std::string address_of_kind(const std::string& kind);

// Empty where a connection of `host` to this address is fine; else the address's kind: "private", "the agent's own" …
std::string judge_address(const UrlRules& rules, std::string_view host, std::string_view address, int port);

}  // namespace apiops::net
