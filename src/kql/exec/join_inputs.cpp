#include "join_inputs.h"

#include <algorithm>
#include <iterator>
#include <thread>

namespace vedette::kql {

namespace {

// Pieces of this size are not copied again when they have become larger. Texts are held in one piece: they stay where
// they are, and each piece would count what is behind them again.
constexpr size_t fixed_piece_rows = 262'144;

// Of the probe side, what a thread takes at a time: threads end within the time of so many rows.
constexpr size_t taken_rows = 32'768;

bool is_fixed_width(const columnar::Schema& schema, const std::vector<bool>& left_out) {
  for (size_t i = 0; i < schema.size(); ++i)
    if ((schema[i].type == Type::string || schema[i].type == Type::dynamic) && !(i < left_out.size() && left_out[i]))
      return false;
  return true;
}

}  // namespace

JoinInputs::JoinInputs(JoinKeys& keys, std::vector<StreamPtr> left, std::vector<StreamPtr> right, QueryContext& query)
    : query_(query), keys_(keys), lanes_(std::max(left.size(), right.size())) {
  std::vector<StreamPtr>* inputs[] = {&left, &right};
  for (size_t side = 0; side < 2; ++side) {
    const JoinSide which = side == 0 ? JoinSide::left : JoinSide::right;
    open_streams_[side] = inputs[side]->size();
    piece_rows_[side] = is_fixed_width(keys.held_schema(which), keys.left_out(which)) ? fixed_piece_rows : SIZE_MAX;
    for (size_t i = 0; i < lanes_.size(); ++i) {
      if (i < inputs[side]->size()) lanes_[i][side].stream = keys.numbered(which, std::move((*inputs[side])[i]));
      lanes_[i][side].held = hold(side, 0);
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
  for (Lane& lane : lanes_) {
    end_piece(lane[probe]);
    std::move(lane[probe].pieces.begin(), lane[probe].pieces.end(), std::back_inserter(probe_pieces_));
    lane[probe].pieces.clear();
  }
  return {};
}

base::Status JoinInputs::read(Lane& lane) {
  const base::WorkScope scope(&query_.stop, &query_.memory);
  for (size_t side = 1; !decided_; side = 1 - side) {
    TRY(query_.stop.check());
    if (!lane[0].stream && !lane[1].stream) break;
    if (lane[side].stream) TRY(take_turn(lane[side], side));
  }
  return {};
}

std::unique_ptr<HeldRows> JoinInputs::hold(size_t side, size_t expected_rows) {
  const JoinSide which = side == 0 ? JoinSide::left : JoinSide::right;
  auto held = std::make_unique<HeldRows>(keys_.held_schema(which), query_.memory, "join", keys_.left_out(which));
  if (expected_rows > 0) held->expect(expected_rows);
  return held;
}

void JoinInputs::end_piece(Input& input) {
  if (input.held->rows() == 0) return;
  Batch rows = input.held->finish();
  input.pieces.push_back({std::move(input.held), std::move(rows)});
}

base::Status JoinInputs::take_turn(Input& input, size_t side) {
  const auto batch = TRY(input.stream->next());
  if (batch) {
    TRY(input.held->append(*batch));
    if (input.held->rows() < piece_rows_[side]) return {};
    end_piece(input);
    input.held = hold(side, piece_rows_[side]);
    return {};
  }
  input.stream.reset();
  if (--open_streams_[side] == 0) decided_ = true;
  return {};
}

base::Result<Batch> JoinInputs::take_build_rows() {
  const size_t side = index_of(build_side_);
  std::vector<Piece> pieces;
  size_t rows = 0;
  for (Lane& lane : lanes_) {
    end_piece(lane[side]);
    for (Piece& piece : lane[side].pieces) {
      rows += piece.rows.rows;
      pieces.push_back(std::move(piece));
    }
  }
  if (pieces.size() == 1) {
    build_rows_ = std::move(pieces[0].held);
    return std::move(pieces[0].rows);
  }
  build_rows_ = hold(side, rows);
  for (Piece& piece : pieces) {
    TRY(query_.stop.check());
    TRY(build_rows_->append(piece.rows));
    piece = {};
  }
  return build_rows_->finish();
}

JoinInputs::Piece JoinInputs::take_held() {
  const std::lock_guard lock(mutex_);
  if (at_piece_ == probe_pieces_.size()) return {};
  Piece& piece = probe_pieces_[at_piece_];
  const size_t rows = std::min(taken_rows, piece.rows.rows - at_row_);
  Piece taken{piece.held, piece.rows.slice(at_row_, rows)};
  at_row_ += rows;
  if (at_row_ == piece.rows.rows) {
    piece = {};
    ++at_piece_;
    at_row_ = 0;
  }
  return taken;
}

base::Result<std::optional<Batch>> JoinInputs::next_probe_batch(size_t lane) {
  Input& input = lanes_[lane][1 - index_of(build_side_)];
  do {
    if (auto batch = input.slices.next(query_.batch_rows)) return batch;
    input.taken = take_held();
    input.slices = Slices(input.taken.rows);
  } while (input.taken.rows.rows > 0);
  if (!input.stream) return std::nullopt;
  auto batch = TRY(input.stream->next());
  if (!batch) input.stream.reset();
  return batch;
}

}  // namespace vedette::kql
