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

Cut cut_of(const net::ServerRequest& request, const Rows& rows) {
  Cut cut;
  cut.size = static_cast<std::size_t>(
      std::clamp(integer_of(request.parameter("PageSize")).value_or(kDefaultPage), 1LL, kLargestPage));
  cut.page = static_cast<std::size_t>(std::clamp(integer_of(request.parameter("Page")).value_or(0), 0LL, 1'000'000LL));
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

Json next_link(const net::ServerRequest& request, const Rows& rows, const Cut& cut, const std::string& origin) {
  return cut.more ? Json(origin + link(request, cut.size, cut.page + 1, rows.sid(cut.end - 1))) : Json();
}

Json previous_link(const net::ServerRequest& request, const Cut& cut, const std::string& origin) {
  return cut.page > 0 ? Json(origin + link(request, cut.size, cut.page - 1, "")) : Json();
}

}  // namespace

Json page_2010(const net::ServerRequest& request, const std::string& name, const Rows& rows) {
  const Cut cut = cut_of(request, rows);
  Json body{{"page", cut.page},
            {"page_size", cut.size},
            {"start", cut.begin},
            {"end", cut.end == cut.begin ? cut.begin : cut.end - 1}};
  body["uri"] = request.target;
  body["first_page_uri"] = link(request, cut.size, 0, "");
  body["previous_page_uri"] = previous_link(request, cut, "");
  body["next_page_uri"] = next_link(request, rows, cut, "");
  body[name] = rows_of(rows, cut);
  return body;
}

Json page_v1(const net::ServerRequest& request, const std::string& host, const std::string& name, const Rows& rows) {
  const Cut cut = cut_of(request, rows);
  const std::string origin = "https://" + host;
  Json meta{{"page", cut.page}, {"page_size", cut.size}, {"key", name}, {"url", origin + request.target}};
  meta["first_page_url"] = origin + link(request, cut.size, 0, "");
  meta["previous_page_url"] = previous_link(request, cut, origin);
  meta["next_page_url"] = next_link(request, rows, cut, origin);
  return {{name, rows_of(rows, cut)}, {"meta", std::move(meta)}};
}

}  // namespace apiops::sandbox::twilio
