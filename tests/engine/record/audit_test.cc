// The audit trail: whatever was changed in it afterwards is found, and what was published of it proves that nothing was
// cut off.
#include <boost/test/unit_test.hpp>
#include <ctime>
#include <nlohmann/json.hpp>

#include "engine/base/random.h"
#include "engine/ports/store.h"
#include "engine/record/audit_verify.h"
#include "engine/record/head_key.h"

using namespace apiops;

namespace {

struct Trail {
  std::vector<AuditRow> rows;
  std::vector<AuditHead> heads;  // of each chain's end, and of some records before
};

AuditRow chained(const std::string& chain, long long seq, const std::string& previous, AuditEntry entry) {
  AuditRow row{
      .chain = chain, .seq = seq, .at = from_millis(1'795'532'520'000 + seq * 1000), .entry = std::move(entry)};
  row.canonical = audit_canonical(chain, seq, row.at, row.entry);
  row.previous_hash = previous;
  row.hash = audit_hash(previous, row.canonical);
  return row;
}

// `chains` chains, each of which follows the one before it.
Trail trail_of(int chains, int records) {
  Trail trail;
  for (int c = 0; c < chains; ++c) {
    const std::string chain = "chain-" + std::to_string(c);
    const AuditRow* before = trail.rows.empty() ? nullptr : &trail.rows.back();
    AuditEntry first{.kind = "chain"};
    first.record = {{"follows_chain", before ? before->chain : ""},
                    {"follows_seq", before ? before->seq : 0},
                    {"follows_hash", before ? before->hash : ""}};
    std::string previous;
    for (int seq = 1; seq <= records; ++seq) {
      AuditEntry entry{
          .kind = "effect", .person = "ben", .plan = "p" + std::to_string(seq), .service = "twilio", .resource = "PN1"};
      entry.record = {{"action_taken", "bought"}, {"result", "success"}, {"step", seq}};
      trail.rows.push_back(chained(chain, seq, previous, seq == 1 ? first : entry));
      previous = trail.rows.back().hash;
      if (seq == records || seq % 7 == 0) trail.heads.push_back({.chain = chain, .seq = seq, .hash = previous});
    }
  }
  return trail;
}

void change_something(AuditRow& row, Random& random) {
  switch (random.below(9)) {
    case 0:
      row.entry.person += "x";
      break;
    case 1:
      row.entry.record["result"] = "failed";
      break;
    case 2:
      row.at += std::chrono::milliseconds(1);
      break;
    case 3:
      row.entry.plan = "p0";
      break;
    case 4:
      row.hash[random.below(row.hash.size())] ^= 1;
      break;
    case 5:
      row.entry.kind = "note";
      break;
    case 6:
      row.canonical[random.below(row.canonical.size())] ^= 1;
      break;
    case 7:
      row.entry.resource.clear(), row.entry.service = "stripe";
      break;
    default:
      row.previous_hash += "0";
  }
}

// One mutation of a kind that somebody with the file could make; what was done, for the message.
std::string mutate(Trail& trail, Random& random) {
  auto& rows = trail.rows;
  const std::size_t at = random.below(rows.size());
  switch (random.below(6)) {
    case 0:
      change_something(rows[at], random);
      return "changed";
    case 1:
      rows.erase(rows.begin() + static_cast<long>(at));
      return "deleted";
    case 2: {  // two records change places, and are numbered as if nothing had been
      const std::size_t other = (at + 1 + random.below(rows.size() - 1)) % rows.size();
      std::swap(rows[at], rows[other]);
      std::swap(rows[at].seq, rows[other].seq);
      std::swap(rows[at].chain, rows[other].chain);
      return "reordered";
    }
    case 3: {  // the tail of a chain is cut
      const std::string chain = rows[at].chain;
      const long long from = rows[at].seq;
      std::erase_if(rows, [&](const AuditRow& row) { return row.chain == chain && row.seq >= from; });
      return "tail cut";
    }
    case 4: {  // the head of a chain is cut, and the rest begins as if it were whole
      const std::string chain = rows[at].chain;
      const long long to = rows[at].seq;
      std::erase_if(rows, [&](const AuditRow& row) { return row.chain == chain && row.seq <= to; });
      return "beginning cut";
    }
    default: {  // a record is changed, and all that follows is hashed anew: only the published head tells it
      const std::string chain = rows[at].chain;
      rows[at].entry.record["result"] = "failed";
      std::string previous = rows[at].previous_hash;
      for (std::size_t i = at; i < rows.size() && rows[i].chain == chain; ++i) {
        rows[i] = chained(chain, rows[i].seq, previous, rows[i].entry);
        previous = rows[i].hash;
      }
      return "hashed anew";
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit)

BOOST_AUTO_TEST_CASE(a_trail_as_it_was_written_verifies) {
  Trail trail = trail_of(4, 25);
  const AuditVerdict verdict = verify_audit(trail.rows, trail.heads);
  BOOST_TEST(verdict.sound());
  BOOST_TEST(verdict.chains == 4u);
  BOOST_TEST(verdict.records == 100u);
}

BOOST_AUTO_TEST_CASE(ten_thousand_mutations_are_all_found) {
  const Trail whole = trail_of(3, 12);
  SeededRandom random(20261124);
  int missed = 0;
  for (int i = 0; i < 10'000; ++i) {
    Trail trail = whole;
    const std::string what = mutate(trail, random);
    if (!verify_audit(std::move(trail.rows), trail.heads).sound()) continue;
    ++missed;
    BOOST_TEST_MESSAGE("missed: " << what);
  }
  BOOST_TEST(missed == 0);
}

BOOST_AUTO_TEST_CASE(the_first_bad_record_is_named) {
  Trail trail = trail_of(1, 20);
  trail.rows[6].entry.person = "mallory";
  trail.rows[12].entry.person = "mallory";
  const AuditVerdict verdict = verify_audit(trail.rows, trail.heads);
  BOOST_REQUIRE(!verdict.sound());
  BOOST_TEST(verdict.faults.front().seq == 7);
}

BOOST_AUTO_TEST_CASE(a_tail_that_was_cut_is_found_by_the_published_head_only) {
  Trail trail = trail_of(1, 20);
  trail.rows.resize(15);
  BOOST_TEST(verify_audit(trail.rows).sound());
  const AuditVerdict verdict = verify_audit(trail.rows, trail.heads);
  BOOST_REQUIRE(!verdict.sound());
  BOOST_TEST(verdict.faults.front().what == "was published and is missing");
}

BOOST_AUTO_TEST_CASE(a_chain_may_begin_where_the_trail_itself_says_that_it_was_cut_and_nowhere_else) {
  Trail trail = trail_of(2, 20);
  AuditEntry cut{.kind = std::string(kAuditCut)};
  cut.record = {{"cuts", {{{"chain", "chain-0"}, {"seq", 14}, {"hash", trail.rows[13].hash}}}}};
  trail.rows.push_back(chained("chain-1", 21, trail.rows.back().hash, cut));
  std::erase_if(trail.rows, [](const AuditRow& row) { return row.chain == "chain-0" && row.seq < 14; });
  BOOST_TEST(verify_audit(trail.rows, trail.heads).sound());
  std::erase_if(trail.rows, [](const AuditRow& row) { return row.chain == "chain-0" && row.seq < 16; });
  BOOST_TEST(!verify_audit(trail.rows, trail.heads).sound());
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_records_are_verified_at_once) {
  Trail trail = trail_of(10, 10'000);
  const std::clock_t begun = std::clock();
  const AuditVerdict verdict = verify_audit(std::move(trail.rows), trail.heads);
  const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  BOOST_TEST(verdict.sound());
  BOOST_TEST(verdict.records == 100'000u);
  BOOST_TEST_MESSAGE("100,000 records verified in " << seconds << " s of processor time");
}

BOOST_AUTO_TEST_CASE(a_head_is_signed_by_its_key_and_no_other) {
  const auto key = HeadKey::from_seed(HeadKey::new_seed()), other = HeadKey::from_seed(HeadKey::new_seed());
  BOOST_REQUIRE((key && other));
  const AuditHead head = key->sign({.chain = "c", .seq = 12, .hash = std::string(64, 'a'), .at = from_millis(1)});
  BOOST_TEST(signed_by(key->public_key(), head));
  BOOST_TEST(!signed_by(other->public_key(), head));
  AuditHead forged = head;
  forged.seq = 13;
  BOOST_TEST(!signed_by(key->public_key(), forged));
  const auto again = head_of_line(head_line(head));
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(signed_by(key->public_key(), *again));
  BOOST_TEST(!head_of_line(R"({"chain":"c","se)").has_value());
  BOOST_TEST(!HeadKey::from_seed(Secret("abc")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
