// An application that opens an engine, adds a kind of job of its own, submits one and waits for its end.

#include <troupe/engine.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

namespace {

// Counts the letters of some words. The words are the plan's items, so that each is one step, and the count survives a
// crash in the middle as the engine's cursor does: at the next start the job goes on, or begins again, whatever its
// effect says.
class count_letters final : public troupe::job_work {
public:
  explicit count_letters(const troupe::job_plan& plan) : words_(plan.items) {}

  troupe::step_result run(std::uint64_t number, troupe::step_context&) override {
    letters_ += words_.at(number).size();
    auto result = troupe::step_result::more();
    result.content = R"({"Letters": )" + std::to_string(letters_) + "}";
    return result;
  }

private:
  std::vector<std::string> words_;
  std::size_t letters_ = 0;
};

troupe::result<troupe::job_plan> split(const std::string& text) {
  troupe::job_plan plan;
  std::string word;
  for (const char c : text + ' ') {
    if (c != ' ')
      word += c;
    else if (!word.empty())
      plan.items.push_back(std::exchange(word, {}));
  }
  if (plan.items.empty())
    return troupe::error{troupe::error_code::bad_request, "There are no words to count"};
  return plan;
}

troupe::job_type letters_job() {
  return {.name = "Letters",
          .doc = "Counts the letters of some words.",
          .effects = troupe::effect::output,
          .plan = split,
          .make_work = [](const troupe::job_plan& plan) { return std::make_unique<count_letters>(plan); }};
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: own_job_type DIRECTORY\n";
    return EXIT_FAILURE;
  }
  troupe::engine jobs(argv[1], [](troupe::options& o) { o.concurrent_jobs.set_value(4); });
  jobs.add(letters_job());
  jobs.start();

  const auto id = jobs.submit({.type = "Letters", .arguments = "patient study series instance"}).get();
  if (!id) {
    std::cerr << id.error().details() << '\n';
    return EXIT_FAILURE;
  }
  const auto end = jobs.wait({.id = *id}).get();
  std::cout << to_text(end->state) << ' ' << end->content << '\n';

  const auto refused = jobs.submit({.type = "Letters", .arguments = " "}).get();
  std::cout << "refused: " << refused.error().details() << '\n';
}
