using System.Text.Json;
using AmViz.Atlas.Data;
using AmViz.Atlas.Sprites;

namespace AmViz.Atlas.Tests.Data;

/// <summary>The client reads what the builder writes: types.ts and the records here say the same.</summary>
public sealed class ContractTests
{
    private static readonly TypeScriptContract Contract = TypeScriptContract.Read();

    private static readonly Type[] Docs = [typeof(AtlasDoc), typeof(NetworkDoc), typeof(LayerDoc), typeof(ColumnDoc), typeof(LabelsDoc), typeof(TilesDoc), typeof(RecordsDoc)];

    [Fact]
    public void EveryTypeOfTheContractIsWrittenAsItSays()
    {
        var check = new ContractCheck(Contract.Types);
        foreach (var doc in Docs)
        {
            check.Compare(doc, new TypeScriptType.Named(doc.Name, []), doc.Name);
        }

        Assert.Empty(check.Differences);
        Assert.Empty(Contract.Types.Keys.Except(check.Seen));
    }

    [Fact]
    public void ADifferenceWouldBeFound()
    {
        var types = new Dictionary<string, TypeScriptType>(Contract.Types, StringComparer.Ordinal)
        {
            ["ColumnDoc"] = new TypeScriptType.Fields(new Dictionary<string, TypeScriptType>(StringComparer.Ordinal) { ["value"] = new TypeScriptType.Named("string", []) }),
            ["LabelsDoc"] = new TypeScriptType.Fields(new Dictionary<string, TypeScriptType>(StringComparer.Ordinal) { ["labels"] = new TypeScriptType.Array(new TypeScriptType.Named("number", [])) }),
        };
        var check = new ContractCheck(types);

        check.Compare(typeof(ColumnDoc), new TypeScriptType.Named("ColumnDoc", []), "ColumnDoc");
        check.Compare(typeof(LabelsDoc), new TypeScriptType.Named("LabelsDoc", []), "LabelsDoc");

        Assert.Equal(
            ["ColumnDoc.value is in types.ts, but not written.", "ColumnDoc.values is written, but not in types.ts.", "LabelsDoc.labels[] is String, no number."], check.Differences);
    }

    [Fact]
    public void NumbersOfTheContractAreThoseOfTheBuilder()
        => Assert.Equal(
            (TilesDoc.Together, RecordsDoc.Together, SpriteSheet.Side, SpriteSheet.CellSize),
            (Contract.Numbers["tilesTogether"], Contract.Numbers["recordsTogether"], Contract.Numbers["sheetSide"], Contract.Numbers["cellSize"]));

    [Fact]
    public void WhatIsNoNumberIsNullAndNothingEndsAScript()
    {
        var json = JsonSerializer.Serialize(new TilesDoc([], [1.5f, float.NaN, float.PositiveInfinity, null], ["</script>\u2028", null], [], [null]), DataJson.Options);

        Assert.Equal("""{"outcomes":[],"objectives":[1.5,null,null,null],"labels":["\u003C/script\u003E\u2028",null],"distrusted":[],"sheets":[null]}""", json);
    }
}
