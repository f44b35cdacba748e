#include "dicom/association.hpp"

#include "dicom/instance_to_send.hpp"
#include "dicom/watched_connection.hpp"

#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dimse.h>
#include <dcmtk/dcmnet/diutil.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::dicom {

namespace {

constexpr std::size_t contexts_max = 128;
constexpr std::chrono::seconds release_patience{2};
constexpr std::size_t comment_characters_max = 64; // of an LO
constexpr const char* unused_address = "127.0.0.1";

/// Texts of peers end up in replies and logs.
std::string printable(std::string_view text) {
  std::string shown(text.substr(0, comment_characters_max));
  std::ranges::replace_if(
    shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown;
}

std::string hexadecimal(std::uint16_t status) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text = "0x";
  for (int shift = 12; shift >= 0; shift -= 4)
    text += digits[(status >> shift) & 0xFU];
  return text;
}

/// What is known from a response beside its being there.
std::string comment_of(DcmDataset* details) {
  const std::unique_ptr<DcmDataset> owned(details);
  OFString text;
  if (owned)
    owned->findAndGetOFString(DCM_ErrorComment, text);
  return printable(text);
}

std::string rejection_of(const T_ASC_RejectParameters& why) {
  switch (why.reason) {
  case ASC_REASON_SU_APPCONTEXTNAMENOTSUPPORTED:
    return "application context not supported";
  case ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED:
    return "calling AE title not recognized";
  case ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED:
    return "called AE title not recognized";
  case ASC_REASON_SP_ACSE_PROTOCOLVERSIONNOTSUPPORTED:
    return "protocol version not supported";
  case ASC_REASON_SP_PRES_TEMPORARYCONGESTION:
    return "temporary congestion";
  case ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED:
    return "local limit exceeded";
  default:
    return "no reason given";
  }
}

// The tables of DCMTK's state machine are filled by the first call.
OFCondition make_network(T_ASC_Network*& made, int timeout_s) {
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  return ASC_initializeNetwork(NET_REQUESTOR, 0, timeout_s, &made);
}

struct drop_network {
  void operator()(T_ASC_Network* which) const { ASC_dropNetwork(&which); }
};

struct drop_association {
  void operator()(T_ASC_Association* which) const { ASC_destroyAssociation(&which); }
};

struct drop_parameters {
  void operator()(T_ASC_Parameters* which) const { ASC_destroyAssociationParameters(&which); }
};

template <std::size_t Size>
void put(const std::string& text, char (&into)[Size]) {
  OFStandard::strlcpy(into, text.c_str(), Size);
}

} // namespace

class association::impl {
public:
  explicit impl(association_order order) : order_(std::move(order)) {}

  ~impl() { abort(); }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  bool connected() const noexcept { return open_ != nullptr; }

  bool proposed(const presentation& which) const { return proposed_.contains(which); }

  network_answer connect(std::span<const presentation> wanted, const stop_check& stopped) {
    abort();
    watch_ = {.stopped = stopped, .silence = order_.patience};
    auto line = dial(order_.host, order_.port, order_.patience, stopped);
    if (!line.connection)
      return failed(line.failed);
    return negotiate(std::move(line.connection), wanted);
  }

  network_answer echo(const stop_check& stopped) {
    if (!connected())
      return failed(network_condition::lost);
    watch_.stopped = stopped;
    std::uint16_t status = 0;
    DcmDataset* details = nullptr;
    const auto done = DIMSE_echoUser(open_.get(), open_->nextMsgID++, DIMSE_BLOCKING, 0, &status, &details);
    auto comment = comment_of(details);
    if (done == DIMSE_NOVALIDPRESENTATIONCONTEXTID)
      return failed(network_condition::no_presentation_context);
    return done.good() ? answered(status, std::move(comment)) : broken(done);
  }

  network_answer store(const store_order& what, const stop_check& stopped) {
    if (!connected())
      return failed(network_condition::lost);
    watch_.stopped = stopped;
    const auto context = accepted(what.as);
    if (context == 0)
      return failed(network_condition::no_presentation_context, "SOP class " + printable(what.as.sop_class)
                                                                  + ", transfer syntax "
                                                                  + printable(what.as.transfer_syntax));
    instance_to_send instance;
    if (const auto wrong = instance.load(what.file))
      return failed(*wrong);
    return send(instance, context, what.originator);
  }

  void release(const stop_check& stopped) {
    if (!connected())
      return;
    watch_.stopped = stopped;
    watch_.silence = release_patience;
    if (ASC_releaseAssociation(open_.get()).bad())
      abort();
    close();
  }

  // The bytes of A-ABORT (PS3.8 9.3.8) by ourselves, as DCMTK would wait for the peer to hang up.
  void abort() noexcept {
    if (connected() && !watch_.trouble) {
      constexpr std::array<std::uint8_t, 10> pdu{7, 0, 0, 0, 0, 4, 0, 0, 0, 0};
      ::send(line_.get(), pdu.data(), pdu.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    close();
  }

private:
  void close() noexcept {
    open_.reset();
    network_.reset();
    layer_.reset();
    proposed_.clear();
    line_ = socket_handle{};
  }

  network_answer negotiate(socket_handle line, std::span<const presentation> wanted) {
    const auto listener = listen_on_loopback();
    socket_handle copy(dup(line.get()));
    layer_ = std::make_unique<watched_layer>(std::move(line), watch_);
    T_ASC_Network* network = nullptr;
    auto done = make_network(network, static_cast<int>(release_patience.count()));
    network_.reset(network);
    if (done.good())
      done = ASC_setTransportLayer(network, layer_.get(), 0);
    std::unique_ptr<T_ASC_Parameters, drop_parameters> parameters;
    if (done.good())
      done = propose(wanted, listener.port, parameters);
    if (done.bad())
      return failed(network_condition::protocol, printable(done.text()));
    T_ASC_Association* opened = nullptr;
    done = ASC_requestAssociation(network, parameters.get(), &opened, nullptr, nullptr, DUL_BLOCK);
    if (opened != nullptr) {
      static_cast<void>(parameters.release()); // the association has them now
      open_.reset(opened);
    }
    if (done.bad())
      return not_negotiated(done);
    line_ = std::move(copy);
    if (ASC_countAcceptedPresentationContexts(open_->params) == 0) {
      auto none = failed(network_condition::no_presentation_context);
      abort();
      return none;
    }
    return {};
  }

  OFCondition propose(std::span<const presentation> wanted, std::uint16_t port,
                      std::unique_ptr<T_ASC_Parameters, drop_parameters>& parameters) {
    T_ASC_Parameters* made = nullptr;
    auto done = ASC_createAssociationParameters(&made, ASC_DEFAULTMAXPDU);
    parameters.reset(made);
    if (done.good())
      done = ASC_setAPTitles(made, order_.calling_aet.c_str(), order_.called_aet.c_str(), nullptr);
    const auto loopback = std::string(unused_address) + ":" + std::to_string(port);
    if (done.good())
      done = ASC_setPresentationAddresses(made, unused_address, loopback.c_str());
    std::set<presentation> contexts;
    for (const auto& one : wanted) {
      const auto forms = ways_to_send(one);
      const auto more = std::ranges::count_if(forms, [&](const auto& form) { return !contexts.contains(form); });
      if (contexts.size() + static_cast<std::size_t>(more) > contexts_max)
        continue;
      proposed_.insert(one);
      for (const auto& form : forms)
        if (done.good() && contexts.insert(form).second)
          done = add(made, 2 * contexts.size() - 1, form);
    }
    return done;
  }

  static OFCondition add(T_ASC_Parameters* to, std::size_t id, const presentation& what) {
    std::array<const char*, 1> syntax{what.transfer_syntax.c_str()};
    return ASC_addPresentationContext(to, static_cast<T_ASC_PresentationContextID>(id), what.sop_class.c_str(),
                                      syntax.data(), 1);
  }

  network_answer not_negotiated(const OFCondition& why) {
    auto condition = network_condition::protocol;
    std::string details;
    if (why == DUL_ASSOCIATIONREJECTED) {
      T_ASC_RejectParameters reject{};
      if (open_)
        ASC_getRejectParameters(open_->params, &reject);
      const bool passes = reject.result == ASC_RESULT_REJECTEDTRANSIENT
                          || reject.source == ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED;
      condition = passes ? network_condition::rejected_for_now : network_condition::rejected;
      details = rejection_of(reject);
    } else if (watch_.trouble == network_condition::silent) {
      condition = network_condition::negotiation_timeout;
    } else if (watch_.trouble == network_condition::stopped) {
      condition = network_condition::stopped;
    } else if (watch_.trouble || why == DUL_PEERABORTEDASSOCIATION || why == DUL_NETWORKCLOSED) {
      condition = network_condition::negotiation_lost;
    } else {
      details = printable(why.text());
    }
    close();
    return failed(condition, details);
  }

  T_ASC_PresentationContextID accepted(const presentation& which) const {
    const auto count = ASC_countPresentationContexts(open_->params);
    for (const auto& form : ways_to_send(which))
      for (int at = 0; at < count; ++at) {
        T_ASC_PresentationContext found{};
        if (ASC_getPresentationContext(open_->params, at, &found).good() && found.resultReason == ASC_P_ACCEPTANCE
            && form.sop_class == found.abstractSyntax && form.transfer_syntax == found.acceptedTransferSyntax)
          return found.presentationContextID;
      }
    return 0;
  }

  network_answer send(instance_to_send& instance, T_ASC_PresentationContextID context,
                      const std::optional<move_originator>& originator) {
    T_DIMSE_C_StoreRQ request{};
    request.MessageID = open_->nextMsgID++;
    put(instance.sop_class(), request.AffectedSOPClassUID);
    put(instance.sop_instance(), request.AffectedSOPInstanceUID);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    if (originator) {
      put(originator->aet, request.MoveOriginatorApplicationEntityTitle);
      request.MoveOriginatorID = originator->message_id;
      request.opts = O_STORE_MOVEORIGINATORAETITLE | O_STORE_MOVEORIGINATORID;
    }
    T_DIMSE_C_StoreRSP response{};
    DcmDataset* details = nullptr;
    const auto done = DIMSE_storeUser(open_.get(), context, &request, nullptr, instance.data_set(), nullptr, nullptr,
                                      DIMSE_BLOCKING, 0, &response, &details);
    auto comment = comment_of(details);
    if (done.module() == OFM_dcmnet && done.code() == DIMSEC_UNSUPPORTEDTRANSFERSYNTAX) // before anything was sent
      return failed(network_condition::no_presentation_context, "the instance cannot be converted");
    return done.good() ? answered(response.DimseStatus, std::move(comment)) : broken(done);
  }

  network_answer broken(const OFCondition& why) {
    const bool ended = why == DUL_PEERABORTEDASSOCIATION || why == DUL_PEERREQUESTEDRELEASE;
    // Our own reason counts more: DCMTK takes a wait that was given up for the peer's doing.
    const auto condition = watch_.trouble.value_or(ended ? network_condition::lost : network_condition::protocol);
    abort();
    return failed(condition, condition == network_condition::protocol ? printable(why.text()) : std::string());
  }

  std::string peer() const { return order_.called_aet + " at " + order_.host + ":" + std::to_string(order_.port); }

  network_answer failed(network_condition condition, const std::string& details = {}) const {
    const auto& row = describe(condition);
    auto text = peer() + ": " + std::string(row.text);
    if (!details.empty())
      text += ": " + details;
    return {.outcome = row.outcome, .why = {row.code, std::move(text)}, .condition = condition};
  }

  network_answer answered(std::uint16_t status, std::string comment) const {
    const auto& row = describe_status(status);
    network_answer answer{.outcome = row.outcome, .why = row.code, .status = status, .comment = std::move(comment)};
    if (answer.good())
      return answer;
    auto text = peer() + ": status " + hexadecimal(status) + ", " + std::string(row.text);
    if (!answer.comment.empty())
      text += ": " + answer.comment;
    answer.why = {row.code, std::move(text)};
    return answer;
  }

  association_order order_;
  connection_watch watch_;
  std::set<presentation> proposed_;
  socket_handle line_; ///< a second name of the connection, for what DCMTK shall not do
  std::unique_ptr<watched_layer> layer_;
  std::unique_ptr<T_ASC_Network, drop_network> network_;
  std::unique_ptr<T_ASC_Association, drop_association> open_;
};

presentation verification() {
  return {UID_VerificationSOPClass, UID_LittleEndianImplicitTransferSyntax};
}

association::association(association_order order) : impl_(std::make_unique<impl>(std::move(order))) {}

association::~association() = default;
association::association(association&&) noexcept = default;
association& association::operator=(association&&) noexcept = default;

network_answer association::connect(std::span<const presentation> wanted, const stop_check& stopped) {
  return impl_->connect(wanted, stopped);
}

bool association::connected() const noexcept {
  return impl_->connected();
}

bool association::proposed(const presentation& which) const {
  return impl_->proposed(which);
}

network_answer association::echo(const stop_check& stopped) {
  return impl_->echo(stopped);
}

network_answer association::store(const store_order& what, const stop_check& stopped) {
  return impl_->store(what, stopped);
}

void association::release(const stop_check& stopped) {
  impl_->release(stopped);
}

void association::abort() noexcept {
  impl_->abort();
}

network_answer echo_once(association_order order, const stop_check& stopped) {
  association to(std::move(order));
  const std::array wanted{verification()};
  auto answer = to.connect(wanted, stopped);
  if (answer.good())
    answer = to.echo(stopped);
  to.release(stopped);
  return answer;
}

} // namespace troupe::dicom
