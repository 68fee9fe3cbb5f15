#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>

#include "engine/intents/finders.h"

namespace apiops {

namespace {

struct Country {
  const char* code;
  const char* names;
};

// Names and peoples as they are written; the longer name stands first where one holds another.
constexpr std::array kCountries{
    Country{"GB", "united kingdom|uk|u\\.k\\.|great britain|britain|british|england|english|scotland|wales|london"},
    Country{"US",
            "usa|u\\.s\\.a?\\.?|united states|america|american|the us|in us|us (?:local|toll-free|mobile)? ?(?:phone "
            ")?numbers?|(?:sms|calls?|texts|messages) to us"},
    Country{"DE", "germany|german|deutschland"},
    Country{"FR", "france|french"},
    Country{"ES", "spain|spanish"},
    Country{"IT", "italy|italian"},
    Country{"IE", "ireland|irish"},
    Country{"CA", "canada|canadian"},
    Country{"MX", "mexico|mexican"},
    Country{"BR", "brazil|brazilian|brasil"},
    Country{"AR", "argentina|argentinian"},
    Country{"CL", "chile|chilean"},
    Country{"CO", "colombia|colombian"},
    Country{"PE", "peru|peruvian"},
    Country{"AU", "australia|australian"},
    Country{"NZ", "new zealand|kiwi"},
    Country{"IN", "india|indian"},
    Country{"CN", "china|chinese"},
    Country{"JP", "japan|japanese"},
    Country{"KR", "south korea|korea|korean"},
    Country{"NL", "netherlands|the netherlands|dutch|holland"},
    Country{"BE", "belgium|belgian"},
    Country{"LU", "luxembourg"},
    Country{"AT", "austria|austrian"},
    Country{"CH", "switzerland|swiss"},
    Country{"SE", "sweden|swedish"},
    Country{"NO", "norway|norwegian"},
    Country{"DK", "denmark|danish"},
    Country{"FI", "finland|finnish"},
    Country{"IS", "iceland|icelandic"},
    Country{"PL", "poland|polish"},
    Country{"PT", "portugal|portuguese"},
    Country{"CZ", "czechia|czech republic|czech"},
    Country{"SK", "slovakia|slovak"},
    Country{"HU", "hungary|hungarian"},
    Country{"RO", "romania|romanian"},
    Country{"BG", "bulgaria|bulgarian"},
    Country{"GR", "greece|greek"},
    Country{"HR", "croatia|croatian"},
    Country{"RS", "serbia|serbian"},
    Country{"SI", "slovenia|slovenian"},
    Country{"EE", "estonia|estonian"},
    Country{"LV", "latvia|latvian"},
    Country{"LT", "lithuania|lithuanian"},
    Country{"UA", "ukraine|ukrainian"},
    Country{"RU", "russia|russian"},
    Country{"TR", "turkey|turkish|türkiye"},
    Country{"IL", "israel|israeli"},
    Country{"AE", "united arab emirates|uae|emirates|dubai"},
    Country{"SA", "saudi arabia|saudi"},
    Country{"EG", "egypt|egyptian"},
    Country{"MA", "morocco|moroccan"},
    Country{"NG", "nigeria|nigerian"},
    Country{"KE", "kenya|kenyan"},
    Country{"GH", "ghana|ghanaian"},
    Country{"ZA", "south africa|south african"},
    Country{"SG", "singapore"},
    Country{"HK", "hong kong"},
    Country{"TW", "taiwan|taiwanese"},
    Country{"TH", "thailand|thai"},
    Country{"VN", "vietnam|vietnamese"},
    Country{"MY", "malaysia|malaysian"},
    Country{"ID", "indonesia|indonesian"},
    Country{"PH", "philippines|the philippines|filipino"},
    Country{"PK", "pakistan|pakistani"},
    Country{"BD", "bangladesh|bangladeshi"},
    Country{"LK", "sri lanka"},
    Country{"PR", "puerto rico"},
    Country{"CY", "cyprus"},
    Country{"MT", "malta"},
    Country{"CU", "cuba"},
    Country{"DZ", "algeria"},
    Country{"TN", "tunisia|tunisian"},
    Country{"BY", "belarus|belarusian"},
    Country{"AF", "afghanistan|afghan"},
    Country{"AL", "albania|albanian"},
    Country{"AM", "armenia"},
    Country{"AZ", "azerbaijan"},
    Country{"BA", "bosnia|bosnia and herzegovina"},
    Country{"BH", "bahrain"},
    Country{"BO", "bolivia|bolivian"},
    Country{"CI", "ivory coast"},
    Country{"CM", "cameroon"},
    Country{"CR", "costa rica"},
    Country{"DO", "dominican republic"},
    Country{"EC", "ecuador"},
    Country{"ET", "ethiopia"},
    Country{"GE", "georgian"},
    Country{"GT", "guatemala"},
    Country{"HN", "honduras"},
    Country{"IQ", "iraq|iraqi"},
    Country{"IR", "iran|iranian"},
    Country{"JM", "jamaica"},
    Country{"JO", "jordan"},
    Country{"KH", "cambodia"},
    Country{"KP", "north korea"},
    Country{"KW", "kuwait"},
    Country{"KZ", "kazakhstan"},
    Country{"LA", "laos"},
    Country{"LB", "lebanon"},
    Country{"LY", "libya"},
    Country{"MD", "moldova"},
    Country{"ME", "montenegro"},
    Country{"MK", "north macedonia|macedonia"},
    Country{"MM", "myanmar|burma"},
    Country{"MN", "mongolia"},
    Country{"NI", "nicaragua"},
    Country{"NP", "nepal|nepalese"},
    Country{"OM", "oman"},
    Country{"PA", "panama"},
    Country{"PY", "paraguay"},
    Country{"QA", "qatar"},
    Country{"RW", "rwanda"},
    Country{"SD", "sudan"},
    Country{"SN", "senegal"},
    Country{"SO", "somalia"},
    Country{"SV", "el salvador"},
    Country{"SY", "syria"},
    Country{"TZ", "tanzania"},
    Country{"UG", "uganda"},
    Country{"UY", "uruguay"},
    Country{"UZ", "uzbekistan"},
    Country{"VE", "venezuela"},
    Country{"YE", "yemen"},
    Country{"ZM", "zambia"},
    Country{"ZW", "zimbabwe"}};

struct Table {
  RE2::Set set{RE2::Options(), RE2::UNANCHORED};
  Table() {
    for (const auto& country : kCountries)
      set.Add(std::string("(?:^|[^\\w])(?:") + country.names + ")(?:$|[^\\w])", nullptr);
    set.Compile();
  }
};

}  // namespace

Found country_in(const Reduced& message) {
  static const Table kTable;
  static const RE2 kCode(R"(\b(?:in|to|for|from|into|country|towards) (?:the )?([A-Z]{2})\b)"),
      kFlag("(\xF0\x9F\x87[\xA6-\xBF])(\xF0\x9F\x87[\xA6-\xBF])", RE2::Latin1);
  std::vector<int> found;
  std::vector<std::string> codes;
  if (kTable.set.Match(message.text, &found)) {
    std::sort(found.begin(), found.end());
    for (const int i : found)
      if (const std::string code = kCountries[static_cast<std::size_t>(i)].code;
          std::find(codes.begin(), codes.end(), code) == codes.end())
        codes.push_back(code);
    return one_or_list(std::move(codes));
  }
  std::string code, first, second;
  if (RE2::PartialMatch(message.original, kCode, &code) && code != "MG" && code != "UP")
    return Json(code == "UK" ? "GB" : code);
  if (RE2::PartialMatch(message.original, kFlag, &first, &second))
    return Json(std::string{static_cast<char>(static_cast<unsigned char>(first[3]) - 0xA6 + 'A'),
                            static_cast<char>(static_cast<unsigned char>(second[3]) - 0xA6 + 'A')});
  return std::nullopt;
}

}  // namespace apiops
