extension UserTask: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, kind, recordType, state, requestedBy, file, inputFilter, mode, duplicates, submittedAt
        case startedAt, endedAt, heartbeatAt, progress, counts, errors, warnings, failure, version
        case parentId, undoes, dryRun, atomic, exportFormat, listFilter, changes
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        kind = try values.decode(Kind.self, forKey: .kind)
        recordType = try values.decode(String.self, forKey: .recordType)
        state = try values.decode(UserTaskState.self, forKey: .state)
        requestedBy = try values.decode(String.self, forKey: .requestedBy)
        file = try values.decode(File.self, forKey: .file)
        inputFilter = try values.decodeIfPresent(FilterName.self, forKey: .inputFilter)
        mode = try values.decodeIfPresent(String.self, forKey: .mode)
        duplicates = try values.decodeIfPresent(String.self, forKey: .duplicates)
        exportFormat = try values.decodeIfPresent(FilterName.self, forKey: .exportFormat)
        listFilter = try values.decodeIfPresent(String.self, forKey: .listFilter)
        changes = try values.decodeIfPresent([String].self, forKey: .changes)
        parentID = try values.decodeIfPresent(String.self, forKey: .parentId)
        undoes = try values.decodeIfPresent(String.self, forKey: .undoes)
        isDryRun = try values.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false
        isAtomic = try values.decodeIfPresent(Bool.self, forKey: .atomic) ?? false
        submittedAt = try values.decode(Timestamp.self, forKey: .submittedAt)
        startedAt = try values.decodeIfPresent(Timestamp.self, forKey: .startedAt)
        endedAt = try values.decodeIfPresent(Timestamp.self, forKey: .endedAt)
        heartbeatAt = try values.decodeIfPresent(Timestamp.self, forKey: .heartbeatAt)
        progress = try values.decode(Progress.self, forKey: .progress)
        counts = try values.decode(Counts.self, forKey: .counts)
        errors = try values.decode([Tally].self, forKey: .errors)
        warnings = try values.decode([Tally].self, forKey: .warnings)
        failure = try values.decodeIfPresent(Failure.self, forKey: .failure)
        version = try values.decode(Int.self, forKey: .version)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(kind, forKey: .kind)
        try values.encode(recordType, forKey: .recordType)
        try values.encode(state, forKey: .state)
        try values.encode(requestedBy, forKey: .requestedBy)
        try values.encode(file, forKey: .file)
        try values.encode(inputFilter, forKey: .inputFilter)
        try values.encode(mode, forKey: .mode)
        try values.encode(duplicates, forKey: .duplicates)
        try values.encode(exportFormat, forKey: .exportFormat)
        try values.encode(listFilter, forKey: .listFilter)
        try values.encode(changes, forKey: .changes)
        try values.encode(isDryRun, forKey: .dryRun)
        try values.encode(isAtomic, forKey: .atomic)
        try values.encode(submittedAt, forKey: .submittedAt)
        try values.encode(startedAt, forKey: .startedAt)
        try values.encode(endedAt, forKey: .endedAt)
        try values.encode(heartbeatAt, forKey: .heartbeatAt)
        try values.encode(progress, forKey: .progress)
        try values.encode(counts, forKey: .counts)
        try values.encode(errors, forKey: .errors)
        try values.encode(warnings, forKey: .warnings)
        try values.encode(failure, forKey: .failure)
        try values.encode(version, forKey: .version)
        try values.encode(parentID, forKey: .parentId)
        try values.encode(undoes, forKey: .undoes)
    }
}

extension UserTask.Tally {
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(code, forKey: .code)
        try values.encode(field, forKey: .field)
        try values.encode(count, forKey: .count)
        try values.encode(firstLine, forKey: .firstLine)
        try values.encode(message, forKey: .message)
    }
}

extension UserTask.Progress: Codable {
    private enum CodingKeys: String, CodingKey {
        case bytesDone, bytesTotal, recordsPerSecond, etaSeconds
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        bytesDone = try values.decode(UInt64.self, forKey: .bytesDone)
        bytesTotal = try values.decode(UInt64.self, forKey: .bytesTotal)
        recordsPerSecond = try values.decode(Double.self, forKey: .recordsPerSecond)
        etaSeconds = try values.decodeIfPresent(Double.self, forKey: .etaSeconds)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(bytesDone, forKey: .bytesDone)
        try values.encode(bytesTotal, forKey: .bytesTotal)
        try values.encode(recordsPerSecond, forKey: .recordsPerSecond)
        try values.encode(etaSeconds, forKey: .etaSeconds)
    }
}
