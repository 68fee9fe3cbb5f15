#include "connectors/sandbox/twilio/paging.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr long long kDefaultPage = 50, kLargestPage = 1000;

struct Cut {
  std::size_t page = 0, size = 0, begin = 0, end = 0;
  bool more = false;
};

std::size_t place_of(const Rows& rows, const std::string& sid) {
  if (rows.place) return rows.place(sid);
  for (std::size_t i = 0; i < rows.count; ++i)
    if (rows.sid(i) == sid) return i;
  return rows.count;
}

Cut asked_cut(const net::ServerRequest& request) {
  Cut cut;
  cut.size = static_cast<std::size_t>(
      std::clamp(integer_of(request.parameter("PageSize")).value_or(kDefaultPage), 1LL, kLargestPage));
  cut.page = static_cast<std::size_t>(std::clamp(integer_of(request.parameter("Page")).value_or(0), 0LL, 1'000'000LL));
  return cut;
}

Cut cut_of(const net::ServerRequest& request, const Rows& rows) {
  Cut cut = asked_cut(request);
  const std::string token = request.parameter("PageToken");
  cut.begin = token.starts_with("PA") ? place_of(rows, token.substr(2)) + 1 : cut.page * cut.size;
  cut.begin = std::min(cut.begin, rows.count);
  cut.end = std::min(cut.begin + cut.size, rows.count);
  cut.more = cut.end < rows.count;
  return cut;
}

std::string link(const net::ServerRequest& request, std::size_t size, std::size_t page, const std::string& token) {
  net::Headers query;
  for (const auto& pair : request.query)
    if (pair.first != "PageSize" && pair.first != "Page" && pair.first != "PageToken") query.push_back(pair);
  query.emplace_back("PageSize", std::to_string(size));
  query.emplace_back("Page", std::to_string(page));
  if (!token.empty()) query.emplace_back("PageToken", "PA" + token);
  return request.path + "?" + net::encode_form(query);
}

Json rows_of(const Rows& rows, const Cut& cut) {
  Json list = Json::array();
  for (std::size_t i = cut.begin; i < cut.end; ++i) list.push_back(rows.row(i));
  return list;
}

Json next_link(const net::ServerRequest& request, const Cut& cut, const std::string& last, const std::string& origin) {
  return cut.more ? Json(origin + link(request, cut.size, cut.page + 1, last)) : Json();
}

Json previous_link(const net::ServerRequest& request, const Cut& cut, const std::string& origin) {
  return cut.page > 0 ? Json(origin + link(request, cut.size, cut.page - 1, "")) : Json();
}

// What stands around the rows of the 2010 interface.
Json envelope_2010(const net::ServerRequest& request, const Cut& cut, std::size_t begin, std::size_t count,
                   const std::string& last) {
  return {{"page", cut.page},
          {"page_size", cut.size},
          {"start", begin},
          {"end", count == 0 ? begin : begin + count - 1},
          {"uri", request.target},
          {"first_page_uri", link(request, cut.size, 0, "")},
          {"previous_page_uri", previous_link(request, cut, "")},
          {"next_page_uri", next_link(request, cut, last, "")}};
}

}  // namespace

Json page_2010(const net::ServerRequest& request, const std::string& name, const Rows& rows) {
  const Cut cut = cut_of(request, rows);
  Json body = envelope_2010(request, cut, cut.begin, cut.end - cut.begin, cut.more ? rows.sid(cut.end - 1) : "");
  body[name] = rows_of(rows, cut);
  return body;
}

std::string page_2010_text(const net::ServerRequest& request, const std::string& name, const Walk& walk) {
  Cut cut = asked_cut(request);
  const std::string token = request.parameter("PageToken");
  std::size_t skip = token.empty() ? cut.page * cut.size : 0, count = 0, last = 0;
  std::string rows;
  for (std::size_t i = token.starts_with("PA") ? walk.place(token.substr(2)) + 1 : 0; i < walk.end && !cut.more; ++i) {
    if (walk.fits && !walk.fits(i)) continue;
    if (skip > 0) {
      --skip;
      continue;
    }
    cut.more = count == cut.size;
    if (cut.more) break;
    if (count++ > 0) rows += ',';
    walk.write(i, rows);
    last = i;
  }
  std::string body = envelope_2010(request, cut, cut.page * cut.size, count, cut.more ? walk.sid(last) : "").dump();
  body.pop_back();
  body.reserve(body.size() + rows.size() + name.size() + 8);
  return body.append(",\"").append(name).append("\":[").append(rows).append("]}");
}

Json page_v1(const net::ServerRequest& request, const std::string& host, const std::string& name, const Rows& rows) {
  const Cut cut = cut_of(request, rows);
  const std::string origin = "https://" + host;
  Json meta{{"page", cut.page}, {"page_size", cut.size}, {"key", name}, {"url", origin + request.target}};
  meta["first_page_url"] = origin + link(request, cut.size, 0, "");
  meta["previous_page_url"] = previous_link(request, cut, origin);
  meta["next_page_url"] = next_link(request, cut, cut.more ? rows.sid(cut.end - 1) : "", origin);
  return {{name, rows_of(rows, cut)}, {"meta", std::move(meta)}};
}

}  // namespace apiops::sandbox::twilio
