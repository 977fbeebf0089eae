using System.Text.Json;
using AmViz.TestKit;
using AmViz.Responses.Textures;

namespace AmViz.TextureNet.Tests;

public sealed class TextureCatalogueTests
{
    [Fact]
    public void IndicesAreThePlacesAndLabelsAreUnique()
    {
        Assert.Equal(Enumerable.Range(0, TextureCatalogue.Classes.Count), TextureCatalogue.Classes.Select(textureClass => textureClass.Index));
        Assert.Distinct(TextureCatalogue.Classes.Select(textureClass => textureClass.Label));
    }

    [Fact]
    public void StripesComeInEightDirectionsAndTwoWidths() =>
        Assert.Equal(16, SamplePictures.EveryStripeClass.Count);

    [Fact]
    public void TheShippedWeightsNameTheClassesInThisOrder()
    {
        string file = RepositoryTree.At("src", "AmViz.Networks", "Embedded", "texturenet", "labels.json");
        Assert.Equal(
            TextureCatalogue.Classes.Select(textureClass => textureClass.Label),
            JsonSerializer.Deserialize<string[]>(File.ReadAllText(file))!);
    }
}
