#include "tests/http/wire_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace troupe::http::test {
namespace {

constexpr std::string_view get_x = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::size_t mib = 1024 * 1024;

std::string post(std::size_t size) {
  return "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
}

std::string body_of(std::string_view reply) {
  const auto at = reply.find("\r\n\r\n");
  return at == reply.npos ? std::string() : std::string(reply.substr(at + 4));
}

/// What becomes of a condition that other threads bring about.
class event {
public:
  void happen() {
    const std::lock_guard lock(mutex_);
    happened_ = true;
    changed_.notify_all();
  }

  bool happens() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return happened_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool happened_ = false;
};

/// The bytes of a whole chunked body.
std::string unchunked(std::string_view body) {
  std::string data;
  while (!body.empty()) {
    const auto line = body.find("\r\n");
    const auto size = std::stoull(std::string(body.substr(0, line)), nullptr, 16);
    if (size == 0)
      return data;
    data += body.substr(line + 2, size);
    body.remove_prefix(std::min<std::size_t>(body.size(), line + 2 + size + 2));
  }
  return data + "(no end)";
}

reply streamed(std::shared_ptr<output_stream> stream) {
  return {200,
          "application/zip",
          {},
          streamed_body{std::move(stream), [](const error& why) {
                          return reply{why.http_status(), "text/plain", {}, std::string("refused")};
                        }}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(wire, wire_fixture)

BOOST_AUTO_TEST_CASE(an_answer_has_its_headers_and_the_connection_stays) {
  client peer(running());
  for (int i = 0; i < 3; ++i) {
    peer.write(get_x);
    const auto reply = peer.read_until("GET /x 0");
    BOOST_TEST(reply.starts_with("HTTP/1.1 200 OK\r\n"));
    for (const auto* header : {"Server: Troupe\r\n", "X-Content-Type-Options: nosniff\r\n",
                               "Content-Type: text/plain\r\n", "Content-Length: 8\r\n", "Connection: keep-alive\r\n"})
      BOOST_TEST(count_of(reply, header) == 1u, header);
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_wants_to_close_is_closed) {
  client peer(running());
  peer.write("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto reply = peer.read_all();
  BOOST_TEST(reply.ends_with("GET /x 0"));
  BOOST_TEST(count_of(reply, "Connection: close\r\n") == 1u);
  for (const auto* const request : {"GET /x HTTP/1.0\r\nHost: a\r\n\r\n", "GET /x HTTP/1.0\r\n\r\n"}) {
    client old(running());
    old.write(request);
    BOOST_TEST(old.read_all().ends_with("GET /x 0"));
  }
}

BOOST_AUTO_TEST_CASE(a_thousand_pipelined_requests_are_answered_in_order) {
  client peer(running());
  std::thread writer([&] {
    for (int i = 0; i < 1000; ++i)
      peer.write("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    peer.write("GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  });
  const auto all = peer.read_all();
  writer.join();
  std::size_t at = 0;
  for (int i = 0; i < 1000 && at != all.npos; ++i)
    at = all.find("GET /" + std::to_string(i) + " 0", at);
  BOOST_TEST(at != all.npos);
  BOOST_TEST(all.ends_with("GET /end 0"));
}

BOOST_AUTO_TEST_CASE(head_gets_the_length_and_no_body) {
  client peer(running());
  peer.write("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto reply = peer.read_all();
  BOOST_TEST(count_of(reply, "Content-Length: 9\r\n") == 1u);
  BOOST_TEST(body_of(reply) == "");
}

BOOST_AUTO_TEST_CASE(a_post_can_mean_another_method) {
  for (const auto& [meant, taken] : {std::pair("DELETE", "DELETE"), {"get", "GET"}, {"nonsense", "POST"}}) {
    client peer(running());
    peer.write("POST /x HTTP/1.1\r\nHost: a\r\nX-HTTP-Method-Override: " + std::string(meant)
               + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    BOOST_TEST(peer.read_all().ends_with(std::string(taken) + " /x 0"));
  }
}

BOOST_AUTO_TEST_CASE(connections_end_after_one_request_if_the_settings_say_so) {
  settings.keep_alive = false;
  client peer(running());
  peer.write(get_x);
  BOOST_TEST(count_of(peer.read_all(), "Connection: close\r\n") == 1u);
}

BOOST_AUTO_TEST_CASE(headers_of_handlers_cannot_break_the_head) {
  sink.on_take = [](call received) {
    received.respond({200,
                      "text/plain\r\nX-Evil: 1",
                      {{"Content-Disposition", "filename=\"a\r\n\r\nb\""}, {"Bad Name", "x"}, {"Content-Length", "99"}},
                      std::string("ok")});
  };
  client peer(running());
  peer.write("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto reply = peer.read_all();
  BOOST_TEST(body_of(reply) == "ok");
  BOOST_TEST(count_of(reply, "\r\nX-Evil") == 0u);
  BOOST_TEST(count_of(reply, "Content-Length") == 1u);
  BOOST_TEST(count_of(reply, "Content-Disposition: filename=\"ab\"\r\n") == 1u);
  BOOST_TEST(count_of(reply, "Bad Name") == 0u);
}

// -- bodies ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(bodies_around_the_limit_of_memory_arrive_whole) {
  sink.on_admit = [](const request_head&) { return admission{64 * mib, {}}; };
  sink.on_take = [](call received) {
    std::size_t sum = 0;
    for (const auto byte : received.what->body->bytes())
      sum += static_cast<std::size_t>(byte);
    received.respond(
      {200, "", {}, std::to_string(received.what->body->bytes().size()) + ':' + std::to_string(sum) + ';'});
  };
  client peer(running());
  for (const std::size_t size : {std::size_t(1), mib, 16 * mib - 1, 16 * mib, 16 * mib + 1, 40 * mib}) {
    std::string body(size, '\1');
    body.back() = '\7';
    peer.write(post(size));
    peer.write(body);
    BOOST_TEST(body_of(peer.read_until(";")) == std::to_string(size) + ':' + std::to_string(size + 6) + ';');
  }
  BOOST_TEST(std::filesystem::is_empty(directory.path()));
}

BOOST_AUTO_TEST_CASE(bodies_leave_memory_when_all_together_have_too_much) {
  settings.memory_bodies_bytes = 1000;
  client peer(running());
  peer.write(post(5000) + std::string(5000, 'x'));
  BOOST_TEST(peer.read_until("POST /x 5000").ends_with("POST /x 5000"));
}

BOOST_AUTO_TEST_CASE(a_body_exactly_at_the_limit_is_taken_and_one_byte_more_is_not) {
  sink.on_admit = [](const request_head&) { return admission{1000, {}}; };
  client peer(running());
  peer.write(post(1000) + std::string(1000, 'x'));
  BOOST_TEST(peer.read_until("POST /x 1000").ends_with("POST /x 1000"));
  peer.write(post(1001));
  BOOST_TEST(status_of(peer.read_all()) == 413);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_on_sending_a_refused_body_can_read_the_answer) {
  sink.on_admit = [](const request_head&) { return admission{1000, {}}; };
  client peer(running());
  peer.write(post(8 * mib));
  peer.write(std::string(8 * mib, 'x'));
  BOOST_TEST(status_of(peer.read_all()) == 413);
  BOOST_TEST(!peer.was_reset());
}

BOOST_AUTO_TEST_CASE(chunks_are_counted_against_the_limit) {
  sink.on_admit = [](const request_head&) { return admission{1000, {}}; };
  client peer(running());
  peer.write("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 101; ++i)
    peer.write("a\r\n0123456789\r\n");
  BOOST_TEST(status_of(peer.read_all()) == 413);
  BOOST_TEST(sink.taken == 0);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_sink_is_answered_without_the_body) {
  sink.on_admit = [](const request_head&) { return admission{0, reply{404, "text/plain", {}, std::string("no")}}; };
  client peer(running());
  peer.write(post(100));
  const auto reply = peer.read_all();
  BOOST_TEST(status_of(reply) == 404);
  BOOST_TEST(count_of(reply, "Connection: close\r\n") == 1u);
}

BOOST_AUTO_TEST_CASE(a_chunked_body_may_end_in_single_bytes) {
  client peer(running());
  peer.write("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const std::string_view piece : {"3\r\nabc\r\n", "0\r\n", "\r", "\n"})
    peer.write(piece);
  BOOST_TEST(peer.read_until("POST /x 3").ends_with("POST /x 3"));
}

BOOST_AUTO_TEST_CASE(a_body_is_asked_for_when_the_client_waits) {
  client peer(running());
  peer.write("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  BOOST_TEST(peer.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.write("abc");
  BOOST_TEST(peer.read_until("POST /x 3").ends_with("POST /x 3"));
  peer.write("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
  BOOST_TEST(status_of(peer.read_all()) == 413);
}

// -- clients that misbehave -----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(heads_and_targets_have_a_limit) {
  client head(running());
  head.write("GET /x HTTP/1.1\r\nHost: a\r\nX: " + std::string(max_head_bytes, 'x'));
  BOOST_TEST(status_of(head.read_all()) == 431);
  client target(running());
  target.write("GET /" + std::string(max_target_bytes, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(status_of(target.read_all()) == 414);
  client fits(running());
  fits.write("GET /" + std::string(max_target_bytes - 1, 'x') + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  BOOST_TEST(status_of(fits.read_all()) == 200);
}

BOOST_AUTO_TEST_CASE(a_slow_head_and_a_slow_body_are_refused) {
  settings.header_timeout = std::chrono::milliseconds(50);
  settings.request_timeout = std::chrono::milliseconds(50);
  client head(running());
  head.write("GET /x HTTP/1.1\r\n");
  BOOST_TEST(status_of(head.read_all()) == 408);
  client body(running());
  body.write(post(10) + "abc");
  BOOST_TEST(status_of(body.read_all()) == 408);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_without_a_word) {
  settings.header_timeout = std::chrono::milliseconds(50);
  settings.keep_alive_timeout = std::chrono::milliseconds(50);
  client silent(running());
  BOOST_TEST(silent.read_all() == "");
  client idle(running());
  idle.write(get_x);
  BOOST_TEST(count_of(idle.read_all(), "HTTP/1.1") == 1u);
}

BOOST_AUTO_TEST_CASE(a_client_that_has_closed_its_side_still_gets_its_answer) {
  client peer(running());
  peer.write(get_x);
  peer.end_writing();
  BOOST_TEST(peer.read_all().ends_with("GET /x 0"));
}

BOOST_AUTO_TEST_CASE(too_many_requests_are_told_to_come_again) {
  settings.max_requests = 1;
  answer held;
  event taken;
  sink.on_take = [&](call received) {
    held = received.respond;
    taken.happen();
  };
  client first(running());
  first.write(get_x);
  BOOST_TEST(taken.happens());
  client second(running());
  second.write(get_x);
  const auto refused = second.read_until("}\n");
  BOOST_TEST(status_of(refused) == 503);
  BOOST_TEST(count_of(refused, "Retry-After: 1\r\n") == 1u);
  BOOST_TEST(metrics.rest_api_rejected.value() == 1);
  held({200, "", {}, std::string("late")});
  BOOST_TEST(first.read_until("late").ends_with("late"));
}

BOOST_AUTO_TEST_CASE(a_parked_request_takes_no_place) {
  settings.max_requests = 1;
  answer held;
  event parked;
  sink.on_take = [&](call received) {
    if (received.what->head.target == "/x") {
      received.respond.park();
      received.respond.park();
      held = received.respond;
      parked.happen();
    } else {
      received.respond({200, "", {}, std::string("other")});
    }
  };
  client first(running());
  first.write(get_x);
  BOOST_TEST(parked.happens());
  BOOST_TEST(running().active_requests() == 0u);
  client second(running());
  second.write("GET /y HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(second.read_until("other").ends_with("other"));
  held({200, "", {}, std::string("late")});
  BOOST_TEST(first.read_until("late").ends_with("late"));
  end_server();
  held.park();
}

BOOST_AUTO_TEST_CASE(a_dropped_call_is_answered_with_503) {
  sink.on_take = [](call) {};
  client peer(running());
  peer.write(get_x);
  BOOST_TEST(status_of(peer.read_until("}\n")) == 503);
}

BOOST_AUTO_TEST_CASE(connections_beyond_the_limit_are_closed) {
  settings.max_connections = 1;
  client first(running());
  first.write(get_x);
  first.read_until("GET /x 0");
  client second(running());
  BOOST_TEST(second.read_all() == "");
  first.write(get_x);
  BOOST_TEST(first.read_until("GET /x 0").ends_with("GET /x 0"));
}

// -- files ----------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_range_of_a_file_is_sent) {
  const auto path = directory.path() / "file";
  std::string content(300'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i)
    content[i] = static_cast<char>(i * 7 + i / 251);
  std::ofstream(path, std::ios::binary) << content;
  sink.on_take = [&](call received) {
    received.respond({200, "application/dicom", {}, file_range{path, 10, 299'000}});
  };
  client peer(running());
  peer.write("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto reply = peer.read_all();
  BOOST_TEST((body_of(reply) == content.substr(10, 299'000)));
  client head(running());
  head.write("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto only_head = head.read_all();
  BOOST_TEST(count_of(only_head, "Content-Length: 299000\r\n") == 1u);
  BOOST_TEST(body_of(only_head) == "");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_gone_or_short_is_an_error) {
  const auto path = directory.path() / "file";
  std::ofstream(path) << "short";
  sink.on_take = [&](call received) {
    const bool gone = received.what->head.target == "/gone";
    received.respond({200, "", {}, file_range{gone ? directory.path() / "none" : path, 1, 5}});
  };
  client peer(running());
  peer.write("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(status_of(peer.read_until("}\n")) == 404);
  peer.write(get_x);
  BOOST_TEST(status_of(peer.read_until("}\n")) == 500);
}

// -- streams --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_stream_is_sent_in_chunks) {
  sink.on_take = [](call received) {
    const auto stream = std::make_shared<output_stream>(1000);
    received.respond(streamed(stream));
    stream->write("hello ");
    stream->write("world");
    stream->finish();
  };
  client peer(running());
  peer.write(get_x);
  const auto reply = peer.read_until("0\r\n\r\n");
  BOOST_TEST(count_of(reply, "Transfer-Encoding: chunked\r\n") == 1u);
  BOOST_TEST(count_of(reply, "Content-Length") == 0u);
  BOOST_TEST(unchunked(body_of(reply)) == "hello world");
  peer.write("GET /x HTTP/1.0\r\nHost: a\r\n\r\n");
  const auto old = peer.read_all();
  BOOST_TEST(body_of(old) == "hello world");
  BOOST_TEST(count_of(old, "Transfer-Encoding") == 0u);
}

BOOST_AUTO_TEST_CASE(an_empty_stream_is_an_empty_body) {
  sink.on_take = [](call received) {
    const auto stream = std::make_shared<output_stream>(1000);
    stream->finish();
    received.respond(streamed(stream));
  };
  client peer(running());
  peer.write(get_x);
  BOOST_TEST(body_of(peer.read_until("\r\n\r\n0\r\n\r\n")) == "0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(an_error_before_the_first_byte_has_its_status) {
  sink.on_take = [](call received) {
    const auto stream = std::make_shared<output_stream>(1000);
    stream->finish(error{error_code::unknown_resource});
    received.respond(streamed(stream));
  };
  client peer(running());
  peer.write(get_x);
  BOOST_TEST(status_of(peer.read_until("refused")) == 404);
  peer.write(get_x);
  BOOST_TEST(status_of(peer.read_until("refused")) == 404);
}

BOOST_AUTO_TEST_CASE(an_error_after_the_first_byte_cuts_the_connection) {
  const auto stream = std::make_shared<output_stream>(1000);
  sink.on_take = [&](call received) {
    received.respond(streamed(stream));
    stream->write("first");
  };
  client peer(running());
  peer.write("GET /x HTTP/1.0\r\nHost: a\r\n\r\n");
  peer.read_until("first");
  stream->finish(error{error_code::corrupted_file});
  BOOST_TEST(peer.read_all() == "");
  BOOST_TEST(peer.was_reset());
}

BOOST_AUTO_TEST_CASE(head_of_a_stream_does_not_make_it) {
  event abandoned;
  sink.on_take = [&](call received) {
    const auto stream = std::make_shared<output_stream>(1000);
    stream->when_abandoned([&] { abandoned.happen(); });
    received.respond(streamed(stream));
  };
  client peer(running());
  peer.write("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(status_of(peer.read_until("\r\n\r\n")) == 200);
  BOOST_TEST(abandoned.happens());
}

BOOST_AUTO_TEST_CASE(a_slow_reader_holds_the_writer_back) {
  constexpr std::size_t capacity = 64 * 1024;
  constexpr std::size_t total = 64 * mib;
  const auto stream = std::make_shared<output_stream>(capacity);
  std::atomic<std::size_t> written{0};
  std::function<void()> go_on = [&] {
    while (stream->writable() && written < total) {
      written += capacity;
      stream->write(std::string(capacity, 'x'));
    }
    if (written >= total)
      stream->finish();
    else
      stream->when_writable(go_on);
  };
  sink.on_take = [&](call received) {
    received.respond(streamed(stream));
    go_on();
  };
  client peer(running(), 64 * 1024);
  peer.write(get_x);
  const auto begin = peer.read_until("\r\n\r\n");
  BOOST_TEST(status_of(begin) == 200);
  // What the sockets of both sides can hold, and a chunk more: all else waits for the reader.
  BOOST_TEST(written < 16 * mib);
  std::size_t read = 0;
  for (std::string some = peer.read_some(); !some.empty(); some = peer.read_some()) {
    read += some.size();
    if (some.ends_with("0\r\n\r\n"))
      break;
  }
  BOOST_TEST(written == total);
  BOOST_TEST(read > total - mib);
}

BOOST_AUTO_TEST_CASE(a_stream_is_abandoned_when_the_client_goes_while_nothing_is_sent) {
  event abandoned;
  event taken;
  const auto stream = std::make_shared<output_stream>(1000);
  stream->when_abandoned([&] { abandoned.happen(); });
  sink.on_take = [&](call received) {
    received.respond(streamed(stream));
    taken.happen();
  };
  client peer(running());
  peer.write(get_x);
  BOOST_TEST(taken.happens());
  peer.close();
  BOOST_TEST(abandoned.happens());
}

BOOST_AUTO_TEST_CASE(a_stream_is_abandoned_when_it_comes_after_the_client_has_gone) {
  event abandoned;
  event taken;
  answer held;
  sink.on_take = [&](call received) {
    held = received.respond;
    taken.happen();
  };
  auto peer = std::make_unique<client>(running());
  peer->write(get_x);
  BOOST_TEST(taken.happens());
  peer.reset();
  const auto stream = std::make_shared<output_stream>(1000);
  stream->when_abandoned([&] { abandoned.happen(); });
  held(streamed(stream));
  BOOST_TEST(abandoned.happens());
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_cut) {
  settings.request_timeout = std::chrono::milliseconds(100);
  event abandoned;
  const auto stream = std::make_shared<output_stream>(mib);
  stream->when_abandoned([&] { abandoned.happen(); });
  sink.on_take = [&](call received) {
    stream->write(std::string(64 * mib, 'x'));
    received.respond(streamed(stream));
  };
  client peer(running(), 64 * 1024);
  peer.write(get_x);
  BOOST_TEST(abandoned.happens());
}

// -- the end --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_answer_may_come_after_the_client_or_the_server_has_gone) {
  answer held;
  event taken;
  sink.on_take = [&](call received) {
    held = received.respond;
    taken.happen();
  };
  client peer(running());
  peer.write(get_x);
  BOOST_TEST(taken.happens());
  end_server();
  event abandoned;
  const auto stream = std::make_shared<output_stream>(1000);
  stream->when_abandoned([&] { abandoned.happen(); });
  held(streamed(stream));
  BOOST_TEST(abandoned.happens());
}

BOOST_AUTO_TEST_CASE(a_stop_lets_replies_under_way_finish_and_closes_idle_connections) {
  answer held;
  event taken;
  sink.on_take = [&](call received) {
    if (received.what->head.target != "/held")
      return received.respond({200, "", {}, std::string("idle")});
    held = received.respond;
    taken.happen();
  };
  client idle(running());
  idle.write(get_x);
  idle.read_until("idle");
  client busy(running());
  busy.write("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(taken.happens());
  std::thread stopper([&] { running().stop(std::chrono::seconds(10)); });
  BOOST_TEST(idle.read_all() == "");
  held({200, "", {}, std::string("finished")});
  const auto reply = busy.read_until("finished");
  BOOST_TEST(count_of(reply, "Connection: close\r\n") == 1u);
  BOOST_TEST(busy.read_all() == "");
  busy.close();
  stopper.join();
  BOOST_TEST(running().connections() == 0u);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_streams_that_have_no_end) {
  sink.on_take = [&](call received) {
    auto answer = streamed(std::make_shared<output_stream>(1000));
    auto& body = std::get<streamed_body>(answer.body);
    body.endless = true;
    body.bytes->write("first");
    received.respond(std::move(answer));
  };
  client peer(running());
  peer.write(get_x);
  peer.read_until("first");
  std::thread stopper([&] { running().stop(std::chrono::seconds(60)); });
  BOOST_TEST(peer.read_all().ends_with("0\r\n\r\n"));
  peer.close();
  stopper.join();
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_is_a_failure) {
  wire_settings same = settings;
  same.port = running().port();
  BOOST_CHECK_EXCEPTION(server(same, sink, metrics), failure,
                        [](const failure& f) { return f.why().code() == error_code::http_port_in_use; });
}

BOOST_AUTO_TEST_CASE(many_clients_at_once_are_served) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  running();
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        client peer(running());
        for (int j = 0; j < 4; ++j) {
          peer.write(post(3) + "abc");
          good += peer.read_until("POST /x 3").ends_with("POST /x 3") ? 1 : 0;
        }
      }
    });
  for (auto& each : threads)
    each.join();
  BOOST_TEST(good == 8 * 25 * 4);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::http::test
