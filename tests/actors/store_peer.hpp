/// \file
/// A peer that takes whatever is stored there by C-STORE, and counts it.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/scp.h>

#include <arpa/inet.h>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace troupe::testing {

/// A port that nobody listens on.
inline std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  const bool found = ::bind(descriptor, any, size) == 0 && ::getsockname(descriptor, any, &size) == 0;
  ::close(descriptor);
  if (!found)
    throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

/// Listens from its making on, in a thread of its own.
class store_peer final : DcmSCP {
public:
  store_peer() : port_(free_port()) {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    OFList<OFString> syntaxes;
    syntaxes.push_back(UID_LittleEndianExplicitTransferSyntax);
    addPresentationContext(UID_SecondaryCaptureImageStorage, syntaxes);
    addPresentationContext(UID_VerificationSOPClass, syntaxes);
    setPort(port_);
    setAETitle("PEER");
    setConnectionBlockingMode(DUL_NOBLOCK);
    setConnectionTimeout(1);
    setDIMSEBlockingMode(DIMSE_NONBLOCKING);
    setDIMSETimeout(5);
    if (openListenPort().bad())
      throw std::runtime_error("the peer does not listen");
    thread_ = std::thread([this] { acceptAssociations(); });
  }

  ~store_peer() override {
    stopping_ = true;
    thread_.join();
  }

  store_peer(const store_peer&) = delete;
  store_peer& operator=(const store_peer&) = delete;

  std::uint16_t port() const noexcept { return port_; }

  /// How often each SOP instance has come since the last call.
  std::map<std::string, unsigned> take_received() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(received_, {});
  }

private:
  OFCondition handleIncomingCommand(T_DIMSE_Message* message, const DcmPresentationContextInfo& context) override {
    if (message->CommandField == DIMSE_C_ECHO_RQ)
      return handleECHORequest(message->msg.CEchoRQ, context.presentationContextID);
    if (message->CommandField != DIMSE_C_STORE_RQ)
      return DIMSE_BADCOMMANDTYPE;
    DcmDataset* data = nullptr;
    auto& asked = message->msg.CStoreRQ;
    const auto received = receiveSTORERequest(asked, context.presentationContextID, data);
    delete data;
    if (received.bad())
      return received;
    {
      const std::scoped_lock lock(mutex_);
      ++received_[asked.AffectedSOPInstanceUID];
    }
    return sendSTOREResponse(context.presentationContextID, asked, STATUS_Success);
  }

  OFBool stopAfterConnectionTimeout() override { return stopping_; }

  OFBool stopAfterCurrentAssociation() override { return stopping_; }

  std::uint16_t port_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::map<std::string, unsigned> received_;
  std::thread thread_;
};

} // namespace troupe::testing
