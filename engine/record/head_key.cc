#include "engine/record/head_key.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/json.h"

namespace apiops {

namespace {

constexpr std::size_t kKeyBytes = 32, kSignatureBytes = 64;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;
using Bytes = std::vector<unsigned char>;

std::string hex_of(const Bytes& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Empty where it is not `size` bytes as hex.
Bytes bytes_of(std::string_view hex, std::size_t size) {
  Bytes bytes;
  if (hex.size() != 2 * size) return bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit_of(hex[i]), low = digit_of(hex[i + 1]);
    if (high < 0 || low < 0) return {};
    bytes.push_back(static_cast<unsigned char>(high * 16 + low));
  }
  return bytes;
}

// What is signed: everything that a head says, but for where it went.
std::string signed_text(const AuditHead& head) {
  return canonical(Json{{"what", "apiops audit head"},
                        {"chain", head.chain},
                        {"seq", head.seq},
                        {"hash", head.hash},
                        {"at", to_millis(head.at)}});
}

const unsigned char* data_of(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Secret HeadKey::new_seed() {
  Bytes seed(kKeyBytes);
  if (RAND_bytes(seed.data(), static_cast<int>(seed.size())) != 1)
    throw std::runtime_error("the operating system gives no random bytes");
  return Secret(hex_of(seed));
}

Result<HeadKey> HeadKey::from_seed(const Secret& hex) {
  const Bytes seed = bytes_of(hex.reveal(), kKeyBytes);
  if (seed.empty()) return failure(ErrorKind::kInvalid, "it holds no key of 32 bytes as hex");
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  Bytes open(kKeyBytes);
  std::size_t size = open.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), open.data(), &size) != 1)
    return failure(ErrorKind::kInvalid, "it holds no usable key");
  return HeadKey(hex, hex_of(open));
}

std::string HeadKey::id() const { return sha256_hex(public_key_).substr(0, 16); }

AuditHead HeadKey::sign(AuditHead head) const {
  const Bytes seed = bytes_of(seed_.reveal(), kKeyBytes);
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  const Context context(EVP_MD_CTX_new());
  const std::string text = signed_text(head);
  Bytes signature(kSignatureBytes);
  std::size_t size = signature.size();
  if (!key || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, data_of(text), text.size()) != 1)
    throw std::runtime_error("the audit trail's head could not be signed");
  head.signature = hex_of(signature);
  head.key_id = id();
  return head;
}

bool signed_by(std::string_view public_key_hex, const AuditHead& head) {
  const Bytes open = bytes_of(public_key_hex, kKeyBytes), signature = bytes_of(head.signature, kSignatureBytes);
  if (open.empty() || signature.empty()) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, open.data(), open.size()));
  const Context context(EVP_MD_CTX_new());
  const std::string text = signed_text(head);
  return key && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), data_of(text), text.size()) == 1;
}

std::string head_line(const AuditHead& head) {
  return canonical(Json{{"chain", head.chain},
                        {"seq", head.seq},
                        {"hash", head.hash},
                        {"at", to_millis(head.at)},
                        {"key_id", head.key_id},
                        {"signature", head.signature}});
}

Result<AuditHead> head_of_line(std::string_view line) {
  const auto json = parse_json(line);
  const auto seq = json ? get_integer(*json, "seq") : std::nullopt;
  const auto at = json ? get_integer(*json, "at") : std::nullopt;
  if (!seq || !at) return failure(ErrorKind::kInvalid, "This line is not a published head.");
  return AuditHead{.chain = get_string(*json, "chain"),
                   .seq = *seq,
                   .hash = get_string(*json, "hash"),
                   .signature = get_string(*json, "signature"),
                   .key_id = get_string(*json, "key_id"),
                   .at = from_millis(*at)};
}

}  // namespace apiops
