// Runs tests/kql/*.kqlt (format: kqlt_file.h), each case under every combination of batch size, optimizer and source,
// and with several threads. With VEDETTE_BLESS set, files are rewritten with what the first combination answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "kqlt_run.h"
#include "stub_source.h"

namespace vedette::kql::testing {
namespace {

struct Setting {
  size_t batch_rows;
  Optimizer optimizer;
  Eagerness eagerness;
  int threads;

  std::string name() const {
    return std::to_string(batch_rows) + " rows, optimizer " + (optimizer == Optimizer::on ? "on" : "off") +
           ", source applies " + (eagerness == Eagerness::nothing ? "nothing" : "everything") + ", " +
           std::to_string(threads) + " threads";
  }
  EngineOptions options() const {
    EngineOptions options = kqlt_options();
    options.batch_rows = batch_rows;
    options.optimizer = optimizer;
    options.threads = threads;
    return options;
  }
};

std::vector<Setting> settings() {
  std::vector<Setting> all;
  for (const size_t batch_rows : {size_t{1024}, size_t{7}, size_t{1}}) {
    for (const auto optimizer : {Optimizer::on, Optimizer::off})
      for (const auto eagerness : {Eagerness::nothing, Eagerness::everything})
        all.push_back({batch_rows, optimizer, eagerness, 1});
    all.push_back({batch_rows, Optimizer::on, Eagerness::nothing, 4});
  }
  return all;
}

class Kqlt : public ::testing::TestWithParam<std::string> {};

TEST_P(Kqlt, AnswersAsExpected) {
  const std::string path = kqlt_path(GetParam());
  std::vector<KqltCase> cases = read_kqlt(path);
  const bool bless = std::getenv("VEDETTE_BLESS") != nullptr;
  for (const Setting& setting : settings()) {
    const auto make_table = [&](columnar::Schema schema, columnar::Batch rows) {
      return make_stub_source(std::move(schema), std::move(rows), setting.eagerness);
    };
    run_kqlt(path, cases, setting.name(), setting.options(), make_table, bless);
    if (bless) break;
  }
  if (bless) write_kqlt(path, cases);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Kqlt);
INSTANTIATE_TEST_SUITE_P(Files, Kqlt, ::testing::ValuesIn(kqlt_file_names()), [](const auto& file) {
  std::string name = file.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace vedette::kql::testing
