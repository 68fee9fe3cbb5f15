#include "engine/masking/shapes.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <array>
#include <memory>

namespace apiops::masking {

namespace {

// The first group is what is masked. A text's order does not matter: spans are merged.
constexpr std::array<const char*, 46> kShapes{
    // Twilio: account and key SIDs, SendGrid
    R"((?:^|[^A-Za-z0-9])((?:AC|SK)[0-9a-fA-F]{32})(?:$|[^0-9a-fA-F]))",
    R"((?:AC|SK)[0-9a-fA-F]{32}(?::|%3A)([A-Za-z0-9]{32})(?:$|[^A-Za-z0-9]))",
    R"((SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}))",
    // OpenAI, Anthropic
    R"((?:^|[^A-Za-z0-9-])(sk-[A-Za-z0-9_-]{20,}))",
    R"((?:^|[^A-Za-z0-9])(sk-(?:proj|admin|svcacct|service|ant)[A-Za-z0-9-]*[A-Za-z0-9_*-]{12,}))",
    R"((?:^|[^A-Za-z0-9])(sk-[A-Za-z0-9_-]{1,8}\*{5,}[A-Za-z0-9]{2,8}))",
    R"((?:^|[^A-Za-z0-9])(sess-[A-Za-z0-9]{40}))",
    R"((?:^|[^A-Za-z0-9])(ek_[A-Za-z0-9_]{16,}))",
    // Stripe
    R"((?:^|[^A-Za-z0-9])([sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,}))",
    R"((?:^|[^A-Za-z0-9])(whsec_[A-Za-z0-9+/]{20,}={0,2}))",
    R"((?:pi|seti|cs_test|cs_live)_[A-Za-z0-9]+_(secret_[A-Za-z0-9]{16,}))",
    // Slack
    R"((xox[abposrd]-[0-9A-Za-z-]{10,}))",
    R"((xox[bp]-[0-9A-Za-z-]{10,}))",
    R"((xoxe\.xox[bp]-\d-[A-Za-z0-9]{20,}))",
    R"((xoxe-[0-9A-Za-z-]{20,}))",
    R"((xapp-\d-[A-Z0-9]+-\d+-[0-9a-f]{20,}))",
    R"(hooks\.slack\.com/(?:services|workflows|triggers|actions|commands)/([A-Za-z0-9/_-]{12,}))",
    R"([?&;](?:ticket)=([A-Za-z0-9_%.-]{8,}))",
    // Discord
    R"((?:^|[^A-Za-z0-9_-])([MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}))",
    R"(discord(?:app)?\.com/api/(?:v\d+/)?webhooks/(\d{17,19}/[A-Za-z0-9_-]{60,}))",
    R"((aW50ZXJhY3Rpb246[A-Za-z0-9+/=_-]{40,}))",
    // General tokens
    R"((eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?))",
    R"((ZXlK[A-Za-z0-9+/_-]{40,}={0,2}))",
    R"((ewog[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*))",
    R"((?:^|[^A-Za-z0-9])((?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}))",
    R"(((?:FwoG|IQoJ)[A-Za-z0-9+/=]{60,}))",
    R"((AIza[A-Za-z0-9_-]{35}))",
    R"((ya29\.[A-Za-z0-9_-]{20,}))",
    R"((GOCSPX-[A-Za-z0-9_-]{28}))",
    R"((gh[pousr]_[A-Za-z0-9]{36,255}))",
    R"((github_pat_[A-Za-z0-9_]{60,}))",
    R"((glpat-[A-Za-z0-9_-]{20,}))",
    R"((?:^|[^A-Za-z0-9])(npm_[A-Za-z0-9]{36}))",
    R"((pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}))",
    R"((hvs\.[A-Za-z0-9_-]{60,}))",
    R"((?:^|[^A-Za-z0-9])(\d{8,10}:A[A-Za-z0-9_-]{34}))",
    R"((dop_v1_[0-9a-f]{64}))",
    R"((shpat_[0-9a-fA-F]{32}))",
    // URLs: a password, or a token that stands alone as the user
    R"([A-Za-z][A-Za-z0-9+.-]*://[^\s:/@?#"'<>]*:([^\s/?#"'<>]+)@)",
    R"([A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9_-]{16,})@)",
    R"((?i)[?&;](?:token|access_token|refresh_token|id_token|api_key|apikey|key|secret|client_secret|password|sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token)=([^\s&"'<>#|]{16,}))",
    R"([?&;]t=(xox[a-z]-[^\s&"'<>#|]{8,}))",
    R"([?&;]t=([0-9]{0,24}[A-Za-z][A-Za-z0-9_-]{15,}))",
    // Headers
    R"((?i)\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:basic|bearer|token|bot)\s+)?([^\s"',;]{6,}))",
    R"((?i)\b(?:bearer|basic|bot)\s+([A-Za-z0-9+/_.=~-]{16,}))",
    R"((?i)\b(?:x-api-key|x-[a-z-]+-token)["']?\s*:\s*["']?([^\s"',;]{6,}))",
};

struct Compiled {
  std::unique_ptr<RE2::Set> set;
  std::vector<std::unique_ptr<RE2>> exact;
};

const Compiled& compiled() {
  static const Compiled kCompiled = [] {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(RE2::Options::EncodingLatin1);  // bytes, whatever they are
    options.set_max_mem(64 << 20);
    Compiled c{std::make_unique<RE2::Set>(options, RE2::UNANCHORED), {}};
    for (const char* shape : kShapes) {
      c.set->Add(shape, nullptr);
      c.exact.push_back(std::make_unique<RE2>(shape, options));
    }
    c.set->Compile();
    return c;
  }();
  return kCompiled;
}

}  // namespace

std::span<const char* const> shapes() { return kShapes; }

void find_shapes(std::string_view text, Spans& spans) {
  const re2::StringPiece whole(text.data(), text.size());
  std::vector<int> hits;
  if (!compiled().set->Match(whole, &hits)) return;
  for (const int hit : hits) {
    const RE2& shape = *compiled().exact[static_cast<std::size_t>(hit)];
    re2::StringPiece groups[2];
    for (std::size_t at = 0; at <= text.size() && shape.Match(whole, at, whole.size(), RE2::UNANCHORED, groups, 2);) {
      const auto begin = static_cast<std::size_t>(groups[1].data() - text.data());
      spans.push_back({begin, begin + groups[1].size()});
      at = std::max(begin + groups[1].size(), at + 1);  // the sign after it may begin the next one
      if (at > 0 && at <= text.size() && groups[1].empty()) ++at;
    }
  }
}

}  // namespace apiops::masking
