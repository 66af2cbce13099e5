from shizheng.common.permissions import Permission

PERMISSIONS = (
    Permission("files.view", "開啟附件", "Open attached files", "附件"),
    Permission("files.keep", "上傳附件", "Upload files", "附件"),
    Permission("files.list", "檢視全部附件的清單", "See the list of all files", "附件", whole_city=True),
    Permission("files.seal", "彌封附件與解除", "Seal and unseal files", "附件"),
    Permission("files.read_sealed", "開啟彌封的附件", "Open sealed files", "附件"),
)
