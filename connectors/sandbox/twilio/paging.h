// Twilio's two ways of paging: relative links and counts in the 2010 interface, a meta object with absolute links in
// the newer ones. A token names the last row of the page before, so that new rows at the head shift nothing.
#pragma once

#include <functional>
#include <string>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/world.h"
#include "engine/base/json.h"

namespace apiops::sandbox::twilio {

struct Rows {
  std::size_t count = 0;
  std::function<std::string(std::size_t)> sid;
  std::function<Json(std::size_t)> row;
  // Where known, faster than comparing sids one by one: the place of the row with this sid.
  std::function<std::size_t(const std::string& sid)> place = {};
};

// A list too long to be counted or held: it is walked from a place on, and each row is written as text.
struct Walk {
  std::size_t end = 0;
  std::function<bool(std::size_t)> fits;  // unset: every row does
  std::function<std::string(std::size_t)> sid;
  std::function<void(std::size_t, std::string& out)> write;
  std::function<std::size_t(const std::string& sid)> place;
};

Json page_2010(const net::ServerRequest& request, const std::string& name, const Rows& rows);
std::string page_2010_text(const net::ServerRequest& request, const std::string& name, const Walk& walk);
Json page_v1(const net::ServerRequest& request, const std::string& host, const std::string& name, const Rows& rows);

}  // namespace apiops::sandbox::twilio
