#include "connectors/chat/slack/files.h"

#include <spdlog/spdlog.h>

#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>

#include "connectors/chat/slack/chart_picture.h"
#include "connectors/chat/slack/markup.h"
#include "engine/base/text.h"

namespace apiops::slack {

namespace {

constexpr std::size_t kFewestPoints = 3;  // fewer say nothing as a picture

asio::awaitable<std::string> draw_picture(Chart chart) { co_return chart_png(chart); }

std::string said(const Chart& chart) {
  return (chart.title.empty() ? "Trend" : chart.title) + (chart.note.empty() ? "" : ". " + chart.note);
}

}  // namespace

std::vector<Attachment> attachments_of(const Document& document, Drawing drawing) {
  std::vector<Attachment> all;
  if (!document.card.empty()) return all;
  for (const auto& block : document.blocks) {
    const Chart* chart = std::get_if<Chart>(&block);
    if (!chart || chart->values.size() < kFewestPoints || all.size() >= kMaxPictures) continue;
    all.push_back({.name = "trend.png",
                   .title = chart->title.empty() ? "Trend" : chart->title,
                   .alt_text = std::string(cut(said(*chart), kMaxAltText)),
                   .content_type = "image/png",
                   .text = {},
                   .chart = *chart});
  }
  if (!drawing.whole)
    all.push_back({.name = "answer.txt",
                   .title = "The whole answer",
                   .alt_text = {},
                   .content_type = "text/plain; charset=utf-8",
                   .text = clip(std::move(drawing.full), kMaxFileBytes),
                   .chart = std::nullopt});
  return all;
}

asio::awaitable<void> Files::add(std::vector<Attachment> attachments, std::string channel, std::string thread) {
  for (auto& attachment : attachments) {
    const std::string name = attachment.name;
    Status done;
    try {
      done = co_await add_one(std::move(attachment), channel, thread);
    } catch (const std::exception& e) {
      done = failure(ErrorKind::kBug, e.what());
    }
    if (!done) spdlog::warn("Slack: {} could not be added: {}", name, done.error().what);
  }
}

// Two calls and the bytes.
asio::awaitable<Status> Files::add_one(Attachment attachment, std::string channel, std::string thread) {
  if (attachment.chart)
    attachment.text =
        co_await asio::co_spawn(http_.pool(), draw_picture(std::move(*attachment.chart)), asio::use_awaitable);
  if (attachment.text.empty()) co_return failure(ErrorKind::kBug, "The picture could not be drawn.");
  net::Headers wanted{{"filename", attachment.name}, {"length", std::to_string(attachment.text.size())}};
  if (!attachment.alt_text.empty()) wanted.emplace_back("alt_txt", attachment.alt_text);
  auto where = co_await api_.call("files.getUploadURLExternal", std::move(wanted));
  if (!where) co_return std::unexpected(where.error());
  auto sent =
      co_await api_.upload(get_string(*where, "upload_url"), std::move(attachment.text), attachment.content_type);
  if (!sent) co_return sent;
  const Json files = Json::array({{{"id", get_string(*where, "file_id")}, {"title", attachment.title}}});
  auto shared = co_await api_.call("files.completeUploadExternal",
                                   {{"files", canonical(files)}, {"channel_id", channel}, {"thread_ts", thread}});
  if (!shared) co_return std::unexpected(shared.error());
  co_return Status();
}

}  // namespace apiops::slack
