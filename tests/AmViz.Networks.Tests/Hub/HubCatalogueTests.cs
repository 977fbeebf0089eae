using System.Text;
using AmViz.Models;

namespace AmViz.Networks.Tests;

public sealed class HubCatalogueTests
{
    private static readonly HubSettings Usual = HubSettings.Read(_ => null);

    [Fact]
    public void EveryNetworkHasAnEncryptedAddressOnItsPublishersHost()
        => Assert.All(HubCatalogue.All, network =>
        {
            Uri address = network.Source.Address.In(Usual);
            Assert.Equal("https", address.Scheme);
            Assert.Contains(address.Host, new[] { "storage.googleapis.com", "huggingface.co" });
        });

    [Theory]
    [InlineData("mobilenet_v1", "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/mobilenet_1_0_224_tf.h5")]
    [InlineData("vit_base_patch16_224", "https://huggingface.co/google/vit-base-patch16-224/resolve/3f49326eb077187dfe1c2a2bb15fbd74e6ab91e3/model.safetensors")]
    public void AddressesAreThoseThatPeopleKnow(string name, string address)
        => Assert.Equal(address, HubCatalogue.Find(name)!.Source.Address.In(Usual).AbsoluteUri);

    [Fact]
    public void PublishedConfigurationsAreFoundByTheirNames()
    {
        Assert.Equal("mobilenet_v1", HubCatalogue.Find("mobilenet_1_0_224")!.Name);
        Assert.Equal("mobilenet_v2", HubCatalogue.Find("mobilenet_v2_1_0_224")!.Name);
        Assert.Null(HubCatalogue.Find("vgg16"));
    }

    [Fact]
    public void ChecksumsAreWholeAndSayWhoPublishesThem()
        => Assert.All(HubCatalogue.All.Select(network => network.Source.Checksum).OfType<Checksum>().Append(HubCatalogue.LabelsChecksum), checksum =>
        {
            Assert.Matches("^[0-9a-f]+$", checksum.Hex);
            Assert.Equal(checksum.Kind == ChecksumKind.Md5 ? 32 : 64, checksum.Hex.Length);
            Assert.Contains("Keras", checksum.Source, StringComparison.Ordinal);
        });

    [Fact]
    public void EveryDescriptionIsOfAKnownArchitecture()
        => Assert.All(HubCatalogue.All, network =>
        {
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(network.Source.Config().ToJsonString()));
            WeightsConfig config = WeightsConfig.Read(json, network.Name);
            Assert.Equal(1000, config.ClassCount);
        });

    [Fact]
    public void SettingsComeFromTheEnvironment()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AMVIZ_KERAS_MIRROR"] = "https://mirror.example/keras/", ["HF_ENDPOINT"] = "https://hub.example", ["HF_TOKEN"] = "t", ["AMVIZ_CACHE"] = "/somewhere",
        };

        HubSettings settings = HubSettings.Read(environment.GetValueOrDefault);

        Assert.Equal("https://mirror.example/keras/tensorflow/keras-applications/x.h5", HubAddress.Keras("x.h5").In(settings).AbsoluteUri);
        Assert.Equal("https://hub.example/a/b/resolve/main/f", HubAddress.Hub("a/b", "main", "f").In(settings).AbsoluteUri);
        Assert.Equal("t", HubAddress.Hub("a/b", "main", "f").TokenIn(settings));
        Assert.Null(HubAddress.Keras("x.h5").TokenIn(settings));
        Assert.Equal("/somewhere", settings.CacheFolder);
        Assert.EndsWith("/.cache/amviz", Usual.CacheFolder, StringComparison.Ordinal);
        Assert.Equal("/xdg/amviz", HubSettings.CacheFolderOf(name => name == "XDG_CACHE_HOME" ? "/xdg" : null));
        Assert.Contains("HF_ENDPOINT is 'ftp://x'", Assert.Throws<HubException>(() => HubSettings.Read(name => name == "HF_ENDPOINT" ? "ftp://x" : null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkThatIsNotHereYetSaysHowToFetchIt()
    {
        HubNetwork? absent = HubCatalogue.All.FirstOrDefault(network => !NetworkCatalogue.Fetched.Contains(network.Name));
        Assert.SkipWhen(absent is null, "every network was fetched on this machine");

        Assert.Contains($"amviz models pull {absent.Name}", Assert.Throws<UnknownModelException>(() => NetworkCatalogue.Open(absent.Name, weightsPath: null)).Message, StringComparison.Ordinal);
    }
}
