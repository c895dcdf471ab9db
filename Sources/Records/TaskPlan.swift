/// What a user task does, as it was fixed when it was submitted.
package enum TaskPlan: Hashable, Sendable {
    case `import`(ImportPlan)
    case export(ExportPlan)
    /// It was done when it was recorded: nothing is left that could be resumed.
    case done
}

extension TaskPlan: Codable {
    private enum CodingKeys: String, CodingKey {
        case export, done
    }

    /// An import's plan stands for itself, as it did before there were others.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let plan = try values.decodeIfPresent(ExportPlan.self, forKey: .export) {
            self = .export(plan)
        } else if values.contains(.done) {
            self = .done
        } else {
            self = .import(try ImportPlan(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .import(let plan): try plan.encode(to: encoder)
        case .export(let plan):
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(plan, forKey: .export)
        case .done:
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(true, forKey: .done)
        }
    }
}
