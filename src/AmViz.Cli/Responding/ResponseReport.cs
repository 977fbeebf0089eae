using System.Globalization;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Responding;

/// <summary>What <c>amviz respond --json</c> prints.</summary>
/// <param name="Pass">Id of the pass.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="Photographs">Photographs that were shown.</param>
/// <param name="Unreadable">Photographs that could not be read.</param>
/// <param name="ComputedShards">Shards that this run computed.</param>
/// <param name="SkippedShards">Shards that were there already.</param>
/// <param name="Seconds">Time this run took.</param>
/// <param name="Summary">Path of <c>responses.json</c>.</param>
/// <param name="PhotographTable">Path of <c>photos.parquet</c>.</param>
/// <param name="Layers">The layers; each with the path of its <c>responses.parquet</c>.</param>
internal sealed record ResponseDocument(
    string Pass, string Model, string WeightsDigest, long Photographs, long Unreadable, int ComputedShards, int SkippedShards, double Seconds,
    string Summary, string PhotographTable, IReadOnlyList<RespondedLayer> Layers)
{
    /// <summary>The document of a finished pass.</summary>
    public static ResponseDocument Of(ResponseSummary summary, int computed, int skipped, TimeSpan elapsed, ChosenStore store) => new(
        summary.Pass, summary.Model, summary.WeightsDigest, summary.Photographs, summary.Unreadable, computed, skipped, Math.Round(elapsed.TotalSeconds, 3),
        store.Locate(ResultLayout.ResponseSummary(summary.Pass, summary.Shown.Name)), store.Locate(ResultLayout.ResponsePhotographs(summary.Pass)),
        [.. summary.Layers.Select(layer => layer with { Table = store.Locate(new(layer.Table)) })]);
}

/// <summary>Says what a pass will do and what it came to.</summary>
internal static class ResponseReport
{
    /// <summary>The line before the work.</summary>
    public static string Plan(ResponsePlan plan, int skipped) => string.Create(
        CultureInfo.InvariantCulture,
        $"plan     {plan.Photographs.Count} photographs, {plan.Photographs.Labels.Count} labels, {plan.Layers.Count} layers, {plan.Layers.Sum(layer => layer.Channels)} channels; {plan.ShardCount} shards, {skipped} there already; pass {plan.Id}");

    /// <summary>The result, for people or as JSON.</summary>
    public static void Write(Screen screen, ResponseDocument document, bool json)
    {
        if (json)
        {
            screen.WriteJson(document);
            return;
        }

        if (document.Unreadable > 0)
        {
            screen.WriteNotes([string.Create(CultureInfo.InvariantCulture, $"{document.Unreadable} photographs could not be read; the column 'error' of {document.PhotographTable} says why of each.")]);
        }

        foreach (var layer in document.Layers)
        {
            screen.Output.WriteLine($"{layer.Layer}  {layer.Channels} channels  {layer.Table}");
        }

        screen.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"done     {document.Photographs} photographs shown, {document.Unreadable} unreadable; {document.ComputedShards} shards computed, {document.SkippedShards} skipped   {document.Seconds:0.0} s   {document.Summary}"));
    }
}
