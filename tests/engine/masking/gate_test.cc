// What must be masked, what must stay, and that a stream agrees with the whole, however it is cut.
#include "engine/masking/gate.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "engine/base/digest.h"

using namespace apiops;

namespace {

// Put together here, so that no scanner takes them for real ones.
const std::string kStripe = std::string("sk_") + "live_" + "51HabcdEFGHijklMNOPqrstUVWX";
const std::string kProject =
    std::string("sk-") + "proj-" + std::string(40, 'a') + "T3Blbk" + "FJ" + std::string(40, 'b');
const std::string kToken = "0123456789abcdef0123456789abcdef";
const std::string kAccount = "AC" + kToken;
const std::string kSlack = std::string("xoxb-") + "123456789012-123456789012-" + "abcdefghijklmnopqrstuvwx";
const std::string kDiscord = std::string("MTIzNDU2Nzg5MDEyMzQ1Njc4") + ".GabcdE." + std::string(38, 'z');

std::string masked(const std::string& text) { return MaskingGate().mask(std::string_view(text)); }
bool hides(const std::string& text, const std::string& secret) {
  return masked(text).find(secret) == std::string::npos;
}

std::string everything() {
  return "stripe " + kStripe + " openai " + kProject + "\nauth_token=" + kToken + " sid " + kAccount +
         "\n{\"password\": \"hunter2hunter2\"} https://user:p%40ss@db.example.com/x\n" + kSlack + " " + kDiscord +
         "\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----\ncard 4242 4242 4242 4242, "
         "call +13105550123 or joe@customer.example\nAuthorization: Bearer abcdefghijklmnop1234\nthe end";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(masking_gate)

BOOST_AUTO_TEST_CASE(secrets_are_told_by_four_and_four_characters) {
  BOOST_TEST(masked("key " + kStripe + "!") == "key sk_l…UVWX!");
  BOOST_TEST(masked("account " + kAccount) == "account AC01…cdef");
  BOOST_TEST(MaskingGate::shorten("short-secret") == "••••");
}

BOOST_AUTO_TEST_CASE(every_shape_is_hidden) {
  for (const auto& secret : {kStripe, kProject, kAccount, kSlack, kDiscord})
    BOOST_TEST(hides("x=" + secret + ";", secret), secret.substr(0, 8));
  BOOST_TEST(hides("auth_token=" + kToken, kToken));
  BOOST_TEST(hides("postgres://app:s3cretpw@db/x", "s3cretpw"));
  BOOST_TEST(hides("https://hooks.slack.com/services/T000/B000/" + std::string(24, 'q'), std::string(24, 'q')));
  BOOST_TEST(hides("4242 4242 4242 4242", "4242 4242 4242"));
  BOOST_TEST(hides("-----BEGIN PRIVATE KEY-----\nabc\ndef\n-----END PRIVATE KEY-----\n", "def"));
}

BOOST_AUTO_TEST_CASE(escapes_do_not_hide_a_secret_from_the_gate) {
  std::string percent = kStripe;
  percent.replace(percent.find('_'), 1, "%5F");
  BOOST_TEST(hides(percent, kStripe.substr(10)));
  std::string json = kStripe;
  json.replace(json.find('_'), 1, "\\u005f");
  BOOST_TEST(hides(json, kStripe.substr(10)));
  BOOST_TEST(
      hides("https:\\/\\/hooks.slack.com\\/services\\/T000\\/B000\\/" + std::string(24, 'q'), std::string(24, 'q')));
}

BOOST_AUTO_TEST_CASE(a_secret_in_an_encoded_stretch_is_masked_and_encoded_noise_stays) {
  const std::string once = base64("the key is " + kStripe + ", keep it"), twice = base64(once);
  std::string hex;
  for (const unsigned char c : kStripe) hex += "0123456789abcdef"[c >> 4], hex += "0123456789abcdef"[c & 15];
  std::string upper = hex;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  for (const std::string& blob : {once, twice, hex, upper, base64("{\"auth_token\": \"" + kToken + "\"}")})
    BOOST_TEST(hides("blob " + blob + " end", blob.substr(8, 24)), blob);
  for (const std::string text :
       {"cursor dXNlcjpVMDYxTkZUVDJ1c2VyOlUwNjFORlRUMg==", "etag 4bf92f3577b34da6a3ce929d0e0e4736",
        "blob VGhlcmUgaXMgbm90aGluZyBzZWNyZXQgaW4gaGVyZSBhdCBhbGw="})
    BOOST_TEST(masked(text) == text);
}

BOOST_AUTO_TEST_CASE(entities_and_what_was_escaped_twice_do_not_hide_a_secret) {
  for (const char* sign : {"&#95;", "&#x5f;", "&lowbar;", "%5F", "%255F", "%25255F"}) {
    std::string text = kStripe;
    text.replace(text.find('_'), 1, sign);
    BOOST_TEST(hides(text, kStripe.substr(10)), text);
  }
}

BOOST_AUTO_TEST_CASE(the_secret_beside_an_account_sid_goes_with_it) {
  BOOST_TEST(hides("curl -u " + kAccount + ":" + kToken, kToken));
  BOOST_TEST(hides("https://" + kAccount + ":" + kToken + "@api.twilio.com/", kToken));
  BOOST_TEST(
      hides("aws_secret_access_key = " + std::string(20, 'k') + "/" + std::string(19, 'Z'), std::string(20, 'k')));
  BOOST_TEST(hides("https://files.example.com/x?t=" + std::string(24, 'q'), std::string(24, 'q')));
  BOOST_TEST(masked("see /x?t=1763984462123456 and " + kToken) == "see /x?t=1763984462123456 and " + kToken);
}

BOOST_AUTO_TEST_CASE(a_known_secret_is_found_in_every_encoding) {
  MaskingGate gate;
  const std::string secret = "Tr0ub4dor&3-horse/staple";
  gate.add_secret(Secret(secret));
  BOOST_TEST(gate.mask(std::string_view("it is " + secret)).find(secret) == std::string::npos);
  for (const std::string& before : {std::string(), std::string("a"), std::string("ab")}) {
    const std::string encoded = base64(before + secret + "!");
    BOOST_TEST(gate.mask(std::string_view("Basic-ish " + encoded)) != "Basic-ish " + encoded);
  }
  BOOST_TEST(gate.mask(std::string_view("Tr0ub4dor%263-horse%2Fstaple")).find("horse") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_secret_stays) {
  for (const std::string text :
       {"PN0123456789abcdef0123456789abcdef bought for $1.15 at 15:02", "trace 4bf92f3577b34da6a3ce929d0e0e4736",
        "total_tokens: 123456, page_token=PASM1234567", "we_1139T8wad0Gt9NWCs1ShXVkX is disabled",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "auth_token=${TWILIO_AUTH_TOKEN}",
        "password: [REDACTED]", "statuses 200 200 404 500 200 200 404 500"})
    BOOST_TEST(masked(text) == text);
}

BOOST_AUTO_TEST_CASE(customers_are_masked_and_our_own_numbers_are_not) {
  MaskingGate gate;
  gate.add_own("+14155550134");
  BOOST_TEST(gate.mask(std::string_view("+14155550134 and +1 415 555 0134 called +13105550123")) ==
             "+14155550134 and +1 415 555 0134 called +1 ••• ••• 0123");
  // A count that follows is no part of the number.
  for (const std::string text : {"from +1 415 555 0134 (23) and 3 others", "+1 415 555 0134 37 calls"})
    BOOST_TEST(gate.mask(std::string_view(text)) == text);
  BOOST_TEST(gate.mask(std::string_view("+1 310 555 0123 (23) called")) == "+1 ••• ••• 0123 (23) called");
  BOOST_TEST(gate.mask(std::string_view("joe@customer.example")) == "•••@customer.example");
  BOOST_TEST(MaskingGate(MaskingSettings{.mask_personal_data = false}).mask(std::string_view("+13105550123")) ==
             "+13105550123");
}

BOOST_AUTO_TEST_CASE(masking_twice_changes_nothing_more) {
  const std::string once = masked(everything());
  BOOST_TEST(masked(once) == once);
}

BOOST_AUTO_TEST_CASE(a_secret_that_was_wrapped_over_lines_is_masked_and_plain_wrapped_lines_stay) {
  for (const std::size_t width : {64u, 72u, 76u})
    for (const char* end : {"\n", "\r\n"}) {
      const std::string text = std::string(40, 'n') + " key: " + kStripe + " was refused by the service and so on\n";
      std::string wrapped;
      for (std::size_t at = 0; at < text.size(); at += width) wrapped += text.substr(at, width) + end;
      const std::string out = masked(wrapped);
      BOOST_TEST(out.find(kStripe.substr(8, 10)) == std::string::npos, out);
      BOOST_TEST(out.find(kStripe.substr(kStripe.size() - 14, 8)) == std::string::npos, out);
      BOOST_TEST(out.find("was refused") != std::string::npos, out);
    }
  const std::string digests = std::string(64, 'a') + "\n" + std::string(64, 'b') + "\n";
  BOOST_TEST(masked(digests) == digests);
}

BOOST_AUTO_TEST_CASE(a_stream_cut_at_any_byte_is_masked_like_the_whole) {
  const std::string text = everything();
  const MaskingGate gate;
  const std::string whole = gate.mask(std::string_view(text));
  BOOST_TEST(whole.find(kStripe.substr(8, 12)) == std::string::npos);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    StreamMasker stream(gate);
    std::string out = stream.feed(std::string_view(text).substr(0, cut));
    out += stream.feed(std::string_view(text).substr(cut));
    out += stream.finish();
    BOOST_REQUIRE_MESSAGE(out == whole, "cut at " << cut);
  }
  StreamMasker stream(gate);
  std::string out;
  for (const char c : text) out += stream.feed(std::string_view(&c, 1));
  BOOST_TEST(out + stream.finish() == whole);
}

BOOST_AUTO_TEST_CASE(a_json_field_with_a_secret_name_is_masked_whatever_it_holds) {
  const Json out = MaskingGate().mask(
      Json{{"api_key", "plain-words-here-1"}, {"page_token", "PASM12345678"}, {"list", Json::array({kStripe})}});
  BOOST_TEST(out["api_key"] == "plai…re-1");
  BOOST_TEST(out["page_token"] == "PASM12345678");
  BOOST_TEST(out["list"][0] == "sk_l…UVWX");
}

BOOST_AUTO_TEST_SUITE_END()
