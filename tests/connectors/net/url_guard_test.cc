#include "connectors/net/url_guard.h"

#include "tests/connectors/net/loopback.h"

namespace apiops::net {

using testing::answer_with;
using testing::Loopback;
using testing::url_of;

namespace {

struct Guarded : Loopback {
  UrlRules rules{.static_hosts = {{"fine.example.com", {"93.184.216.34", "2606:2800:220:1::1"}},
                                  {"mixed.example.com", {"93.184.216.34", "10.0.0.7"}},
                                  {"inner.example.com", {"192.168.1.4"}},
                                  {"meta.example.com", {"169.254.169.254"}},
                                  {"local.example.com", {"127.0.0.1"}},
                                  {"empty.example.com", {}}},
                 .only_static = true};
  UrlVerdict judge(const std::string& url) {
    UrlGuard guard(loop, http, rules);
    return run(guard.judge(url));
  }
  UrlGuard::Probe probe(const std::string& url) {
    UrlGuard guard(loop, http, rules);
    return run(guard.probe(url));
  }
  // Makes a name that leads to a server of this test, allowed as the demo allows its own.
  std::string name_for(const HttpServer& server, const std::string& host, bool allow = true) {
    rules.static_hosts[host] = {"127.0.0.1"};
    if (allow) rules.allow.push_back("127.0.0.1/32:" + std::to_string(server.port()));
    return "http://" + host + ":" + std::to_string(server.port());
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(url_guard)

BOOST_AUTO_TEST_CASE(public_urls_are_allowed) {
  Guarded net;
  for (const char* url : {"https://fine.example.com", "https://fine.example.com/hook?a=b%20c#part",
                          "http://fine.example.com:8080/", "https://FINE.example.com:8443/x", "https://93.184.216.34/",
                          "https://[2606:2800:220:1::1]/", "http://93.184.216.34:80"}) {
    const auto verdict = net.judge(url);
    BOOST_TEST(verdict.allowed, url << ": " << verdict.reason);
    BOOST_TEST(!verdict.addresses.empty(), url);
  }
}

BOOST_AUTO_TEST_CASE(odd_spellings_and_inner_names_are_denied_by_shape_alone) {
  const std::vector<std::string> urls = {"http://127.0.0.1/",
                                         "http://2130706433/",
                                         "http://0x7f000001/",
                                         "http://0177.0.0.1/",
                                         "http://127.1/",
                                         "http://127.0.1/",
                                         "http://0/",
                                         "http://0x7f.1/",
                                         "http://127.0.0.1./",
                                         "http://localhost/",
                                         "http://LOCALHOST/",
                                         "http://foo.localhost/",
                                         "http://localhost./",
                                         "http://intranet/",
                                         "http://printer.local/",
                                         "http://db.internal/",
                                         "http://nas.lan/",
                                         "http://x.home.arpa/",
                                         "http://metadata.google.internal/",
                                         "http://169.254.169.254/latest/meta-data/",
                                         "http://[::1]/",
                                         "http://[::]/",
                                         "http://[::ffff:127.0.0.1]/",
                                         "http://[::ffff:93.184.216.34]/",
                                         "http://[::7f00:1]/",
                                         "http://[fe80::1%25eth0]/",
                                         "http://[64:ff9b::7f00:1]/",
                                         "http://[2002:7f00:1::]/",
                                         "http://[2001:0:53aa:64c::1]/",
                                         "http://[fd00:ec2::254]/",
                                         "http://user@fine.example.com/",
                                         "http://user:pw@fine.example.com/",
                                         "http://fine.example.com@127.0.0.1/",
                                         "http://fine.example.com\\@127.0.0.1/",
                                         "http://fine.example.com:22/",
                                         "http://fine.example.com:0/",
                                         "http://fine.example.com:/",
                                         "http://fine.example.com:99999/",
                                         "http://fine.example.com:80:80/",
                                         "http://fine..example.com/",
                                         "http://.example.com/",
                                         "http://%66ine.example.com/",
                                         "http://127%2e0.0.1/",
                                         "ftp://fine.example.com/",
                                         "file:///etc/passwd",
                                         "gopher://fine.example.com/",
                                         "//fine.example.com/",
                                         "fine.example.com",
                                         "",
                                         "http://",
                                         "http:///x",
                                         "http:/fine.example.com/",
                                         "http://fine.example.com/a b",
                                         "http://fine.example.com/\n",
                                         "http://fine.example.com/\tx",
                                         std::string("http://fine.example.com/\0x", 26),
                                         "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/",
                                         "http://f\xC3\xAFne.example.com/",
                                         "http://1.2.3.4.5/",
                                         "http://1.2.3.256/",
                                         "http://01.2.3.4/",
                                         "http://example.0x10/",
                                         "http://[::1",
                                         "http://[::1]x/",
                                         "http://fine.example.com/" + std::string(2048, 'a'),
                                         "http://" + std::string(64, 'a') + ".example.com/",
                                         "javascript:alert(1)",
                                         "http://168.63.129.16/",
                                         "http://100.64.0.1/",
                                         "http://255.255.255.255/"};
  for (const auto& url : urls) {
    const auto verdict = judge_shape(url, {});
    BOOST_TEST(!verdict.allowed, url);
    BOOST_TEST(verdict.reason != "ok", url);
    BOOST_TEST(!verdict.reason.empty(), url);
  }
}

BOOST_AUTO_TEST_CASE(every_denied_range_is_denied_at_both_ends) {
  for (const char* address : {"0.0.0.0",
                              "0.255.255.255",
                              "10.0.0.0",
                              "10.255.255.255",
                              "100.64.0.0",
                              "100.127.255.255",
                              "127.0.0.0",
                              "127.255.255.255",
                              "169.254.0.0",
                              "169.254.255.255",
                              "172.16.0.0",
                              "172.31.255.255",
                              "192.0.0.0",
                              "192.0.0.255",
                              "192.0.2.0",
                              "192.0.2.255",
                              "192.88.99.0",
                              "192.88.99.255",
                              "192.168.0.0",
                              "192.168.255.255",
                              "198.18.0.0",
                              "198.19.255.255",
                              "198.51.100.0",
                              "198.51.100.255",
                              "203.0.113.0",
                              "203.0.113.255",
                              "224.0.0.0",
                              "239.255.255.255",
                              "240.0.0.0",
                              "255.255.255.255",
                              "168.63.129.16",
                              "::",
                              "::1",
                              "::2",
                              "::ffff:8.8.8.8",
                              "::8.8.8.8",
                              "64:ff9b::808:808",
                              "64:ff9b:1::1",
                              "64:ff9b:1:ffff::",
                              "100::1",
                              "1fff:ffff::",
                              "4000::",
                              "2001::1",
                              "2001:0:4136:e378::1",
                              "2001:1ff:ffff::",
                              "2001:db8::",
                              "2001:db8:ffff::1",
                              "2002::",
                              "2002:ffff:ffff::1",
                              "2002:808:808::1",
                              "3fff::",
                              "3fff:fff:ffff::1",
                              "fc00::",
                              "fdff::1",
                              "fe80::1",
                              "fe80::1%1",
                              "febf::1",
                              "fec0::1",
                              "ff02::1",
                              "2606:4700::5efe:8.8.8.8",
                              "nonsense",
                              "",
                              "1.2.3"})
    BOOST_TEST(!denied_address(address).empty(), address);
  for (const char* address : {"1.1.1.1",         "9.255.255.255",        "11.0.0.0",
                              "100.63.255.255",  "100.128.0.0",          "126.255.255.255",
                              "128.0.0.0",       "169.253.255.255",      "169.255.0.0",
                              "172.15.255.255",  "172.32.0.0",           "192.0.1.0",
                              "192.0.3.0",       "192.167.255.255",      "192.169.0.0",
                              "198.17.255.255",  "198.20.0.0",           "203.0.112.255",
                              "223.255.255.255", "168.63.129.15",        "2000::",
                              "2001:200::1",     "2001:4860:4860::8888", "2003::1",
                              "2606:4700::1111", "3fff:1000::1",         "3ffe::1"})
    BOOST_TEST(denied_address(address).empty(), address << " is " << denied_address(address));
}

BOOST_AUTO_TEST_CASE(one_denied_address_denies_the_name) {
  Guarded net;
  BOOST_TEST(net.judge("https://mixed.example.com/").reason == "resolves to a private address");
  BOOST_TEST(net.judge("https://inner.example.com/").reason == "resolves to a private address");
  BOOST_TEST(net.judge("https://meta.example.com/").reason == "resolves to a metadata address");
  BOOST_TEST(net.judge("https://local.example.com/").reason == "resolves to a loopback address");
  BOOST_TEST(net.judge("https://empty.example.com/").reason == "the name does not resolve");
  BOOST_TEST(net.judge("https://unknown.example.com/").reason == "the name does not resolve");
}

BOOST_AUTO_TEST_CASE(the_allow_list_opens_what_it_names_and_nothing_else) {
  Guarded net;
  net.rules.allow = {"inner.example.com:9443", "10.0.0.0/8:8443", "db.internal:443"};
  net.rules.static_hosts["ten.example.com"] = {"10.1.2.3"};
  net.rules.static_hosts["db.internal"] = {"10.9.9.9"};
  BOOST_TEST(net.judge("https://inner.example.com:9443/").allowed);
  BOOST_TEST(!net.judge("https://inner.example.com/").allowed);
  BOOST_TEST(!net.judge("https://local.example.com:9443/").allowed);
  BOOST_TEST(net.judge("https://ten.example.com:8443/").allowed);
  BOOST_TEST(!net.judge("https://ten.example.com/").allowed);
  BOOST_TEST(net.judge("https://10.1.2.3:8443/").allowed);
  BOOST_TEST(!net.judge("https://11.1.2.3:9443/").allowed);
  BOOST_TEST(!net.judge("https://fine.example.com:9443/").allowed);
  BOOST_TEST(net.judge("https://db.internal/").allowed);
}

BOOST_AUTO_TEST_CASE(the_agents_own_address_is_denied_even_if_it_is_allowed) {
  Guarded net;
  net.rules.allow = {"local.example.com:8080", "local.example.com:8081"};
  net.rules.own_addresses = {"127.0.0.1:8080"};
  BOOST_TEST(net.judge("http://local.example.com:8080/").reason == "resolves to the agent's own address");
  BOOST_TEST(net.judge("http://local.example.com:8081/").allowed);
}

BOOST_AUTO_TEST_CASE(a_name_is_resolved_by_the_system_where_nothing_else_is_given) {
  Guarded net;
  net.rules = {};
  BOOST_TEST(net.judge("http://no-such-name.invalid/").reason == "the name does not resolve");
}

BOOST_AUTO_TEST_CASE(a_probe_tells_status_and_follows_judged_redirects) {
  Guarded net;
  std::vector<std::string> asked;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([&](const ServerRequest& r) {
                      asked.push_back(r.method + " " + r.path);
                      if (r.path == "/from") return ServerReply{.status = 302, .headers = {{"Location", "/to"}}};
                      if (r.method == "HEAD") return ServerReply{.status = 405};
                      return ServerReply{.status = 404, .body = std::string(100'000, 'x')};
                    }));
  const auto probe = net.probe(net.name_for(server, "hooks.example.com") + "/from");
  BOOST_TEST(probe.verdict.allowed);
  BOOST_TEST(probe.status == 404);
  BOOST_TEST(probe.redirects == 1);
  BOOST_TEST(probe.trouble.empty());
  BOOST_TEST(asked == (std::vector<std::string>{"HEAD /from", "HEAD /to", "GET /to"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_redirect_to_a_denied_address_opens_no_socket) {
  Guarded net;
  int inner_asked = 0;
  HttpServer inner(net.loop, "127.0.0.1", 0,
                   answer_with([&](const ServerRequest&) { return ++inner_asked, ServerReply{}; }));
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([&](const ServerRequest&) {
                      return ServerReply{.status = 302, .headers = {{"Location", url_of(inner.port())}}};
                    }));
  const auto probe = net.probe(net.name_for(server, "hooks.example.com"));
  BOOST_TEST(!probe.verdict.allowed);
  BOOST_TEST(probe.verdict.reason == "redirects to another URL: the address is a loopback address");
  BOOST_TEST(inner_asked == 0);
}

BOOST_AUTO_TEST_CASE(redirects_end_after_three) {
  Guarded net;
  int asked = 0;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([&](const ServerRequest&) {
                      return ++asked, ServerReply{.status = 307, .headers = {{"Location", "/again"}}};
                    }));
  const auto probe = net.probe(net.name_for(server, "hooks.example.com"));
  BOOST_TEST(probe.trouble == "redirects more than 3 times");
  BOOST_TEST(asked == kMaxRedirects + 1);
}

BOOST_AUTO_TEST_CASE(a_name_that_changes_its_address_reaches_nothing) {
  // The judged address is public; the library is told to connect to another one, as a rebinding name server would.
  Guarded net;
  int asked = 0;
  HttpServer server(net.loop, "127.0.0.1", 0,
                    answer_with([&](const ServerRequest&) { return ++asked, ServerReply{}; }));
  const auto verdict = net.judge("http://fine.example.com:8080/");
  BOOST_REQUIRE(verdict.allowed);
  const auto answer =
      net.send({.url = "http://fine.example.com:" + std::to_string(server.port()) + "/",
                .may_connect = [verdict](const std::string& address, int) { return address == verdict.addresses[0]; },
                .resolved = {"fine.example.com:" + std::to_string(server.port()) + ":127.0.0.1"}});
  BOOST_REQUIRE(!answer);
  BOOST_TEST(answer.error().code == "refused");
  BOOST_TEST(asked == 0);
}

BOOST_AUTO_TEST_CASE(a_closed_port_and_a_missing_name_are_troubles_with_a_word) {
  Guarded net;
  unsigned short port = 0;
  {
    HttpServer gone(net.loop, "127.0.0.1", 0, answer_with([](const ServerRequest&) { return ServerReply{}; }));
    port = gone.port();
    net.name_for(gone, "hooks.example.com");
  }
  net.turn(Duration(10));
  BOOST_TEST(net.probe("http://hooks.example.com:" + std::to_string(port)).trouble == "refused the connection");
  BOOST_TEST(net.probe("http://unknown.example.com/").trouble == "the name does not resolve");
}

BOOST_AUTO_TEST_CASE(a_host_is_probed_once_a_second) {
  Guarded net;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([](const ServerRequest&) { return ServerReply{}; }));
  const std::string url = net.name_for(server, "hooks.example.com");
  UrlGuard guard(net.loop, net.http, net.rules);
  const auto started = std::chrono::steady_clock::now();
  net.run(guard.probe(url));
  net.run(guard.probe(url));
  BOOST_TEST((std::chrono::steady_clock::now() - started >= kBetweenProbesOfAHost));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops::net
