#include "join_inputs.h"

#include <algorithm>
#include <thread>

namespace vedette::kql {

JoinInputs::JoinInputs(JoinKeys& keys, std::vector<StreamPtr> left, std::vector<StreamPtr> right, QueryContext& query)
    : query_(query), lanes_(std::max(left.size(), right.size())) {
  std::vector<StreamPtr>* inputs[] = {&left, &right};
  for (size_t side = 0; side < 2; ++side) {
    const JoinSide which = side == 0 ? JoinSide::left : JoinSide::right;
    open_streams_[side] = inputs[side]->size();
    for (size_t i = 0; i < lanes_.size(); ++i) {
      if (i < inputs[side]->size()) lanes_[i][side].stream = keys.numbered(which, std::move((*inputs[side])[i]));
      lanes_[i][side].held =
          std::make_unique<HeldRows>(keys.held_schema(which), query.memory, "join", keys.left_out(which));
    }
  }
}

base::Status JoinInputs::read() {
  std::vector<base::Status> results(lanes_.size());
  const auto read_lane = [&](size_t i) {
    results[i] = read(lanes_[i]);
    if (!results[i]) decided_ = true;
  };
  {
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < lanes_.size(); ++i) threads.emplace_back(read_lane, i);
    read_lane(0);
  }
  for (base::Status& result : results)
    if (!result) return std::move(result);
  build_side_ = open_streams_[1] == 0 ? JoinSide::right : JoinSide::left;
  const size_t probe = 1 - index_of(build_side_);
  for (Lane& lane : lanes_) lane[probe].slices = Slices(lane[probe].held->finish());
  return {};
}

base::Status JoinInputs::read(Lane& lane) {
  for (size_t side = 1; !decided_; side = 1 - side) {
    TRY(query_.stop.check());
    if (!lane[0].stream && !lane[1].stream) break;
    if (lane[side].stream) TRY(take_turn(lane[side], side));
  }
  return {};
}

base::Status JoinInputs::take_turn(Input& input, size_t side) {
  const auto batch = TRY(input.stream->next());
  if (batch) return input.held->append(*batch);
  input.stream.reset();
  if (--open_streams_[side] == 0) decided_ = true;
  return {};
}

base::Result<Batch> JoinInputs::take_build_rows() {
  HeldRows& all = *lanes_[0][index_of(build_side_)].held;
  for (size_t i = 1; i < lanes_.size(); ++i) {
    const std::unique_ptr<HeldRows> part = std::move(lanes_[i][index_of(build_side_)].held);
    if (part->rows() > 0) TRY(all.append(part->finish()));
  }
  return all.finish();
}

base::Result<std::optional<Batch>> JoinInputs::next_probe_batch(size_t lane) {
  Input& input = lanes_[lane][1 - index_of(build_side_)];
  auto batch = input.slices.next(query_.batch_rows);
  if (batch || !input.stream) return batch;
  batch = TRY(input.stream->next());
  if (!batch) input.stream.reset();
  return batch;
}

}  // namespace vedette::kql
