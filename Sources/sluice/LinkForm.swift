internal import SluiceEngine

/// A link between record types as programs are shown it.
struct LinkForm: Encodable {
    struct SideForm: Encodable {
        var type: String
        var role: String
        var column: String

        init(_ side: LinkType.Side) {
            type = side.type
            role = side.role
            column = side.column
        }
    }

    var name: String
    var plural: String
    var table: String
    var builtIn: Bool
    var first: SideForm
    var second: SideForm

    init(_ described: Engine.LinkDescription) {
        let link = described.link
        name = link.name
        plural = link.plural
        table = link.table
        builtIn = described.isBuiltIn
        first = SideForm(link.first)
        second = SideForm(link.second)
    }
}
