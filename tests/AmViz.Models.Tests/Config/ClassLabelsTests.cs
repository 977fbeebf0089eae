using System.Text;
using System.Text.Json;
using AmViz.Weights;
using CsCheck;

namespace AmViz.Models.Tests.Config;

/// <summary>Labels in the forms in which people have them (fchollet/deep-learning-models #44, pytorch/vision #484, tensorflow/lucid #65, ageron/handson-ml #61).</summary>
[Collection(TorchTests.Name)]
public sealed class ClassLabelsTests
{
    private static readonly string[] Expected = [.. Enumerable.Range(0, TinyWeights.Classes).Select(i => $"label {i}")];

    public static TheoryData<string, string> Forms => new()
    {
        { "index to [WordNet id, name]", JsonSerializer.Serialize(Expected.Index().ToDictionary(one => $"{one.Index}", one => new[] { $"n0144076{one.Index}", one.Item })) },
        { "list of [WordNet id, name]", JsonSerializer.Serialize(Expected.Index().Select(one => new[] { $"n0144076{one.Index}", one.Item })) },
        { "name to index", JsonSerializer.Serialize(Expected.Index().Reverse().ToDictionary(one => one.Item, one => one.Index)) },
        { "a line each", Lines(one => one.Item) },
        { "a line each, of Windows", "\ufeff" + Lines(one => one.Item).Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "a line each, with the WordNet id", Lines(one => $"n0144076{one.Index} {one.Item}") },
        { "a line each, with the index and a colon", Lines(one => $"{one.Index}: {one.Item}") },
        { "a line each, with the index and a blank", Lines(one => $"{one.Index} {one.Item}") },
        { "CSV", "index,label\n" + Lines(one => $"{one.Index},\"{one.Item}\"") },
        { "CSV with the WordNet id", "id,wnid,name\n" + Lines(one => $"{one.Index},n0144076{one.Index},{one.Item}") },
        { "a dictionary of Python", "{" + string.Join(",\n ", Expected.Index().Select(one => $"{one.Index}: '{one.Item}'")) + "}" },
        { "a background before them", JsonSerializer.Serialize(Expected.Prepend("background")) },
        { "a background before them, by lines", "dummy\n" + Lines(one => one.Item) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryFormThatPeopleHaveIsRead(string form, string text)
    {
        Assert.NotEmpty(form);
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Labels = text;

        Assert.Equal(Expected, tiny.Open().Description.Labels);
    }

    [Fact]
    public void QuotesAndCommasOfALabelAreItsOwn()
    {
        TinyWeights tiny = TinyWeights.Separate();
        string[] labels = ["crow's nest", "say \"hi\"", "tench, Tinca tinca", "2", "10 gallon hat", .. Expected[5..]];

        tiny.Labels = "index,label\n" + string.Concat(labels.Index().Select(one => $"{one.Index},\"{one.Item.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"));
        Assert.Equal(labels, tiny.Open().Description.Labels);

        tiny.Labels = string.Join('\n', labels);
        Assert.Equal(labels, tiny.Open().Description.Labels);

        tiny.Labels = "{" + string.Join(", ", labels.Index().Select(one => one.Item.Contains('\'', StringComparison.Ordinal) ? $"{one.Index}: \"{one.Item}\"" : $"{one.Index}: '{one.Item}'")) + ",}";
        Assert.Equal(labels, tiny.Open().Description.Labels);
    }

    [Fact]
    public void FormsOfTheConfigurationItselfAreTheSame()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Config["labels"] = Expected.Index().ToDictionary(one => $"{one.Index}", one => new[] { $"n0144076{one.Index}", one.Item });

        Assert.Equal(Expected, tiny.Open().Description.Labels);
    }

    [Fact]
    public void ABackgroundThatTheNetworkDoesNotHaveIsLeftOutAndSaid()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Labels = JsonSerializer.Serialize(Expected.Prepend("background"));

        Assert.Contains("11 labels for 10 classes, the first of them 'background': it was left out", Assert.Single(tiny.Open().Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void OneLabelTooFewSaysWhatTensorFlowDoes()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Labels = Lines(one => one.Item, skip: 1);

        string message = Assert.Throws<WeightsFormatException>(() => tiny.Open()).Message;

        Assert.Contains("does not hold 10 labels but 9", message, StringComparison.Ordinal);
        Assert.Contains("'background' as class 0", message, StringComparison.Ordinal);
        Assert.Contains("a label a line", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\": 0, \"b\": 0}")]
    [InlineData("{\"0\": 1}")]
    [InlineData("[[], []]")]
    [InlineData("{\"0\": {}}")]
    [InlineData("{0: 'a', 0: 'b'}")]
    [InlineData("{")]
    [InlineData("[\"a\",")]
    [InlineData("3")]
    [InlineData("")]
    public void WhatHoldsNoLabelsIsASentence(string text)
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Labels = text;

        Assert.Contains("labels.json", Assert.Throws<WeightsFormatException>(() => tiny.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedLabelsAreReadOrRefusedNeverMore()
    {
        string[] seeds = [.. Forms.Select(form => form.Data.Item2)];
        byte[] weights = TinyWeights.Separate().Safetensors();
        byte[] config = TinyWeights.Separate().ConfigJson(weights);
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[0, 6], Gen.Int[0, 400]).Sample((number, changes, length) =>
        {
            byte[] text = Encoding.UTF8.GetBytes(seeds[number]);
            foreach (var (place, value) in changes)
            {
                text[place % text.Length] = value;
            }

            byte[] labels = text[..Math.Max(0, text.Length - Math.Max(0, length - 300))];
            try
            {
                WeightsFolder opened = WeightsFolder.Open("tiny", folder: null, "model.safetensors", file => file switch
                {
                    "model.safetensors" => new MemoryStream(weights, writable: false),
                    "config.json" => new MemoryStream(config, writable: false),
                    _ => new MemoryStream(labels, writable: false),
                });
                Assert.Equal(TinyWeights.Classes, opened.Description.Labels.Count);
            }
            catch (WeightsFormatException e)
            {
                Assert.Contains("labels.json", e.Message, StringComparison.Ordinal);
            }
        }, iter: 2000);
    }

    private static string Lines(Func<(int Index, string Item), string> line, int skip = 0) => string.Concat(Expected.Skip(skip).Index().Select(one => line(one) + "\n"));
}
