// SPDX-License-Identifier: GPL-2.0-or-later
#include "launch_request.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace ui {

namespace {

QString quoted(const QString &word) {
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+=:,./-]+$"));
    if (plain.match(word).hasMatch())
        return word;
    return QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) +
           QLatin1Char('\'');
}

} // namespace

QString LaunchRequest::name() const {
    return image.startsWith(QLatin1String("guest:")) ? image.mid(6) : QFileInfo(image).fileName();
}

QString LaunchRequest::asCommand() const {
    QStringList words = {QStringLiteral("lgctl"), QStringLiteral("run"), quoted(image)};
    if (memoryBytes != lg::kDefaultMemoryBytes)
        words << QStringLiteral("--memory") << QString::number(memoryBytes >> 20);
    if (vcpus != 1)
        words << QStringLiteral("--vcpus") << QString::number(vcpus);
    if (!initrd.isEmpty())
        words << QStringLiteral("--initrd") << quoted(initrd);
    for (const QString &disk : disks)
        words << QStringLiteral("--disk") << quoted(disk);
    if (!network.isEmpty())
        words << QStringLiteral("--net") << quoted(network);
    if (host != QLatin1String("sandbox"))
        words << QStringLiteral("--host") << quoted(host);
    if (lossless)
        words << QStringLiteral("--lossless");
    if (!commandLine.trimmed().isEmpty()) {
        words << QStringLiteral("--");
        for (const QString &word : commandLine.split(QLatin1Char(' '), Qt::SkipEmptyParts))
            words << quoted(word);
    }
    return words.join(QLatin1Char(' '));
}

QStringList LaunchRequest::toList() const {
    return QStringList{image,
                       QString::number(memoryBytes),
                       commandLine,
                       initrd,
                       host,
                       lossless ? QStringLiteral("lossless") : QString(),
                       QString::number(vcpus),
                       network} +
           disks;
}

LaunchRequest LaunchRequest::fromList(const QStringList &list) {
    LaunchRequest request;
    if (list.size() < 6) // before there were several vCPUs; 7 before there were devices
        return request;
    request.image = list[0];
    request.memoryBytes = list[1].toULongLong();
    request.commandLine = list[2];
    request.initrd = list[3];
    request.host = list[4];
    request.lossless = !list[5].isEmpty();
    if (list.size() > 6)
        request.vcpus = list[6].toUInt();
    if (list.size() > 7)
        request.network = list[7];
    request.disks = list.mid(8);
    return request;
}

} // namespace ui
