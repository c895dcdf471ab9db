/// What a user task does, as it was fixed when it was submitted.
package enum TaskPlan: Hashable, Sendable {
    case `import`(ImportPlan)
    case export(ExportPlan)
    case change(ChangePlan)
    case undo(UndoPlan)
    case purge(PurgePlan)
    case rotate(RotatePlan)
    /// It was done when it was recorded: nothing is left that could be resumed.
    case done
}

extension TaskPlan: Codable {
    private enum CodingKeys: String, CodingKey {
        case export, change, undo, purge, rotate, done
    }

    /// An import's plan stands for itself, as it did before there were others.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        switch values.allKeys.first {
        case .export: self = .export(try values.decode(ExportPlan.self, forKey: .export))
        case .change: self = .change(try values.decode(ChangePlan.self, forKey: .change))
        case .undo: self = .undo(try values.decode(UndoPlan.self, forKey: .undo))
        case .purge: self = .purge(try values.decode(PurgePlan.self, forKey: .purge))
        case .rotate: self = .rotate(try values.decode(RotatePlan.self, forKey: .rotate))
        case .done: self = .done
        case nil: self = .import(try ImportPlan(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        if case .import(let plan) = self { return try plan.encode(to: encoder) }
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .import: break
        case .export(let plan): try values.encode(plan, forKey: .export)
        case .change(let plan): try values.encode(plan, forKey: .change)
        case .undo(let plan): try values.encode(plan, forKey: .undo)
        case .purge(let plan): try values.encode(plan, forKey: .purge)
        case .rotate(let plan): try values.encode(plan, forKey: .rotate)
        case .done: try values.encode(true, forKey: .done)
        }
    }
}
